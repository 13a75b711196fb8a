import type { RequestHandler } from 'express';
import { HttpsRequiredError } from './errors';

/** Behind a proxy, `request.secure` follows X-Forwarded-Proto of proxies that TRUST_PROXY names, of no one else. */
export const requireHttps: RequestHandler = (request, _response, next) => {
  if (!request.secure) throw new HttpsRequiredError();
  next();
};
