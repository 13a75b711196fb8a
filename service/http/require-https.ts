import type { RequestHandler } from 'express';
import { HttpsRequiredError } from './errors';

/** Behind a proxy, `request.secure` follows `X-Forwarded-Proto`, but only of proxies that TRUST_PROXY names. */
export const requireHttps: RequestHandler = (request, _response, next) => {
  if (!request.secure) throw new HttpsRequiredError();
  next();
};
