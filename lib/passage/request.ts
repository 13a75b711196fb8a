import type { Auth, User } from '../auth';

/*
 * `token` is never there: it makes our `auth` assignable to that of express-oauth2-jwt-bearer, which declares the same
 * property, so that both packages type-check in one program.
 */
declare module 'express-serve-static-core' {
  interface Request {
    /** Who the caller is; set by `authenticate`. */
    auth?: Auth & { readonly token: never };
    /** The caller as this system knows them; set by `provisionUser`. */
    user?: User;
  }
}
