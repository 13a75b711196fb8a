import type { RequestHandler } from 'express';
import type { Logger } from './logger';

/** Warns once per process: behind a proxy that is not trusted, all users have its address and share its rate limit. */
export function warnOfForgottenProxy(logger: Logger): RequestHandler {
  let warned = false;
  return function lookForProxy({ headers }, _response, next) {
    if (!warned && headers['x-forwarded-for'] !== undefined) {
      warned = true;
      logger.warn(
        'X-Forwarded-For was sent and is ignored, because TRUST_PROXY is 0. Behind a proxy set TRUST_PROXY to the number ' +
          "of proxies, or to their addresses: until then all users share the proxy's address and its rate limit.",
      );
    }
    next();
  };
}
