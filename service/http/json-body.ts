import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import express, { type Request, type RequestHandler } from 'express';
import { authOf, InvalidRequestError, type Revocations } from 'sallyport';
import { isDeeperThan } from './json-depth';
import { BodyTooLargeError, InvalidBodyError, UnsupportedMediaTypeError } from './errors';

/** `application/json`, with or without `charset=utf-8`: JSON is always UTF-8 (RFC 8259 section 8.1). */
const JSON_IN_UTF8 = /^\s*application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?(;\s*)?$/i;

/**
 * Parses a JSON body of at most `limit` bytes. Mount it after authentication, since bodies are read for authenticated
 * callers only.
 */
export function jsonBody(limit: number, revocations: Pick<Revocations, 'check'>): RequestHandler[] {
  // Express's own JSON parser uses a library for many encodings; only UTF-8 is accepted here.
  const read: RequestHandler = express.raw({ limit, inflate: false, type: () => true });
  const readJsonBody: RequestHandler = (request, response, next) => {
    refuseOtherTypes(request);
    read(request, response, (error?: unknown) => {
      next(error === undefined ? parse(request) : bodyError(error, limit));
    });
  };
  // The client decides how long a body takes; the token or key may have been revoked since it was authenticated.
  const refuseRevoked: RequestHandler = (request, _response, next) => {
    revocations.check(authOf(request));
    next();
  };
  return [readJsonBody, refuseRevoked];
}

/** Node keeps the first of two Content-Type headers and drops the second; a proxy may have used the other one. */
function refuseOtherTypes({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): void {
  const types = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-type');
  if (types.length > 1) throw new InvalidRequestError('Content-Type is there more than once.');
  if (!JSON_IN_UTF8.test(headers['content-type'] ?? '')) throw new UnsupportedMediaTypeError();
}

/** Greater than the limit of any body. */
const MAX_LEVELS = 1000;

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Replaces the bytes in `request.body` by their value, or returns the error. Does nothing for a request without a body.
 */
function parse(request: Request): InvalidBodyError | undefined {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes)) return undefined;
  // Decoding would replace invalid bytes, and what is stored must be what was sent.
  if (!isUtf8(bytes)) return invalid('is not UTF-8');
  if (isDeeperThan(MAX_LEVELS, bytes)) return invalid(`is nested more than ${MAX_LEVELS} levels deep`);
  const text = bytes.toString();
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  try {
    // An empty body counts as an empty object.
    request.body = json === '' ? {} : (JSON.parse(json) as unknown);
    return undefined;
  } catch {
    return invalid('is not JSON');
  }
}

function invalid(message: string): InvalidBodyError {
  return new InvalidBodyError([{ path: '', message }]);
}

function bodyError(error: unknown, limit: number): unknown {
  switch (typeOf(error)) {
    case 'entity.too.large':
      return new BodyTooLargeError(`The body may have at most ${String(limit)} bytes.`);
    case 'encoding.unsupported':
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
