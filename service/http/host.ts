import type { RequestHandler } from 'express';
import { InvalidRequestError } from 'sallyport';

/** HTTP/1.1 requires exactly one Host header (RFC 9112 section 3.2). Its value is not used. */
export const requireHost: RequestHandler = (request, _response, next) => {
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1 || (hosts.length === 0 && request.httpVersion !== '1.0')) {
    throw new InvalidRequestError('A request needs exactly one Host header.');
  }
  next();
};
