import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import express, { type Request, type RequestHandler } from 'express';
import { authOf, InvalidRequestError, type Revocations } from 'sallyport';
import { isDeeperThan } from './json-depth';
import { BodyTooLargeError, InvalidBodyError, UnsupportedMediaTypeError } from './errors';

/** `application/json`, with or without `charset=utf-8`: the only text that JSON travels in (RFC 8259 section 8.1). */
const JSON_IN_UTF8 = /^\s*application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?(;\s*)?$/i;

/** Parses a JSON body of at most `limit` bytes. Mount it behind authentication: strangers send no bodies. */
export function jsonBody(limit: number, revocations: Pick<Revocations, 'check'>): RequestHandler[] {
  // Express's own parser for JSON decodes with a library for many encodings; what comes here is UTF-8.
  const read: RequestHandler = express.raw({ limit, inflate: false, type: () => true });
  const readJsonBody: RequestHandler = (request, response, next) => {
    refuseOtherTypes(request);
    read(request, response, (error?: unknown) => {
      next(error === undefined ? parse(request) : bodyError(error, limit));
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

const BYTE_ORDER_MARK = '\ufeff';

/** Puts the value in place of the bytes, or returns what is wrong with them. A request without a body has none. */
function parse(request: Request): InvalidBodyError | undefined {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes)) return undefined;
  // Decoding would replace what is no UTF-8; what is stored must be what was sent.
  if (!isUtf8(bytes)) return invalid('is not UTF-8');
  if (isDeeperThan(MAX_LEVELS, bytes)) return invalid(`is nested more than ${MAX_LEVELS} levels deep`);
  const text = bytes.toString();
  const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  try {
    // An empty body counts as an object without members.
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
