import type { RequestHandler } from 'express';
import { InvalidRequestError } from 'sallyport';

/** HTTP/1.1 demands exactly one Host (RFC 9112 section 3.2). Its value decides nothing here. */
export const requireHost: RequestHandler = (request, _response, next) => {
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1 || (hosts.length === 0 && request.httpVersion !== '1.0')) {
    throw new InvalidRequestError('A request needs exactly one Host header.');
  }
  next();
};
