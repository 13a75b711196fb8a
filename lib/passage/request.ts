import type { Auth } from '../auth';

/*
 * `token` is never there: it makes our `auth` assignable to that of express-oauth2-jwt-bearer, which declares the same
 * property, so that both packages type-check in one program. `user` is the host's to declare: see `sallyport/request-user`.
 */
declare module 'express-serve-static-core' {
  interface Request {
    /** Who the caller is; set by `authenticate`. */
    auth?: Auth & { readonly token: never };
  }
}
