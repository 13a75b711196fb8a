import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';
import { authOf, InvalidRequestError, type Revocations } from 'sallyport';
import { isDeeperThan } from './json-depth';
import { BodyTooLargeError, InvalidBodyError, UnsupportedMediaTypeError } from './errors';

/** `application/json`, with or without `charset=utf-8`: the only text that JSON travels in (RFC 8259 section 8.1). */
const JSON_IN_UTF8 = /^\s*application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?(;\s*)?$/i;

/** Parses a JSON body of at most `limit` bytes. Mount it behind authentication: strangers send no bodies. */
export function jsonBody(limit: number, revocations: Pick<Revocations, 'check'>): RequestHandler[] {
  const parse: RequestHandler = express.json({
    limit,
    inflate: false,
    strict: false,
    type: () => true,
    verify: refuseOtherText,
  });
  const readJsonBody: RequestHandler = (request, response, next) => {
    refuseOtherTypes(request);
    parse(request, response, (error?: unknown) => {
      if (error === undefined) next();
      else next(bodyError(error, limit));
    });
  };
  // How long a body takes is its sender's choice, and they may have been revoked since they were let in.
  const refuseRevoked: RequestHandler = (request, _response, next) => {
    revocations.check(authOf(request));
    next();
  };
  return [readJsonBody, refuseRevoked];
}

/** Node keeps the first of two Content-Type headers and hides the second; a proxy may have read the other one. */
function refuseOtherTypes({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): void {
  const types = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
  if (types.length > 1) throw new InvalidRequestError('Content-Type is there more than once.');
  if (!JSON_IN_UTF8.test(headers['content-type'] ?? '')) throw new UnsupportedMediaTypeError();
}

/** More than any body here may have. */
const MAX_LEVELS = 1000;

/** body-parser would replace bytes that are no UTF-8; what is stored must be what was sent. */
function refuseOtherText(_request: IncomingMessage, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new Error('is not UTF-8');
  if (isDeeperThan(MAX_LEVELS, body)) throw new Error(`is nested more than ${MAX_LEVELS} levels deep`);
}

function bodyError(error: unknown, limit: number): unknown {
  switch (typeOf(error)) {
    case 'entity.too.large':
      return new BodyTooLargeError(`The body may have at most ${String(limit)} bytes.`);
    case 'entity.verify.failed':
      return new InvalidBodyError([{ path: '', message: (error as Error).message }]);
    case 'entity.parse.failed':
      return new InvalidBodyError([{ path: '', message: 'is not JSON' }]);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new UnsupportedMediaTypeError();
    case 'request.aborted':
    case 'request.size.invalid':
      return new InvalidRequestError('The body is not as long as Content-Length says.');
    default:
      return error;
  }
}

function typeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
}
