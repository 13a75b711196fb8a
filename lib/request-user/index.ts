import type { User } from '../auth';

/*
 * Declares the type of `req.user` for a host that has no user of its own there:
 *
 *     import 'sallyport/request-user';
 *
 * A host that declares its own type, as passport does too, does not import it and calls `userOf(request)`.
 */
declare module 'express-serve-static-core' {
  interface Request {
    /** The user of the authenticated caller; set by `provisionUser`. */
    user?: User;
  }
}
