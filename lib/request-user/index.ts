import type { User } from '../auth';

/*
 * Types `req.user` for a host that has no user of its own there:
 *
 *     import 'sallyport/request-user';
 *
 * A host that declares its own, itself or by passport, does not import it and asks `userOf(request)`.
 */
declare module 'express-serve-static-core' {
  interface Request {
    /** The caller as this system knows them; set by `provisionUser`. */
    user?: User;
  }
}
