import { LRUCache } from 'lru-cache';
import type { JwtHeader, JwtPayload } from '../auth';
import { InvalidTokenError } from '../errors';
import { deepFreeze } from './deep-freeze';

/** A parsed compact JWS (RFC 7515 section 7.1) in canonical base64url. Nothing in it is verified yet. */
export interface StrictJws {
  readonly token: string;
  /** `header.payload` as it was signed. */
  readonly signingInput: string;
  /** base64url. */
  readonly signature: string;
  readonly header: JwtHeader;
  readonly payload: JwtPayload;
}

/** Characters. An Entra token of 200 groups has 10 to 12 thousand. */
export const MAX_TOKEN_LENGTH = 16_384;

/** Parsed headers are cached: all tokens of an issuer have the same few. */
const MAX_HEADERS = 100;
const MAX_HEADER_LENGTH = 512;
const headers = new LRUCache<string, JwtHeader>({ max: MAX_HEADERS });

const THREE_PARTS = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;
const LAST_OF_TWO = /[AQgw]$/;
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes the first part of a token. */
export type ReadHeader = (part: string) => JwtHeader;

export function parseStrictJws(
  token: string,
  maxLength = MAX_TOKEN_LENGTH,
  readHeader: ReadHeader = sharedHeader,
): StrictJws {
  checkLength(token, maxLength);
  const parts = THREE_PARTS.exec(token);
  if (!parts) throw malformed('The token is not a compact JWS of three base64url parts.');
  const [header, payload, signature] = parts.slice(1) as [string, string, string];
  if (![header, payload, signature].every(isCanonical)) {
    throw malformed('The token is not canonical base64url.');
  }
  return {
    token,
    signingInput: token.slice(0, header.length + 1 + payload.length),
    signature,
    header: readHeader(header),
    payload: jsonObject(payload, 'payload'),
  };
}

/** Exported for tokens that were parsed with a higher limit. */
export function checkLength(token: string, maxLength: number): void {
  if (token.length > maxLength) throw malformed('The token is too long.');
}

/** One encoding per byte string (RFC 4648 section 3.5): the unused bits of the last character must be zero. */
function isCanonical(part: string): boolean {
  switch (part.length % 4) {
    case 0:
      return true;
    case 2:
      return LAST_OF_TWO.test(part);
    case 3:
      return LAST_OF_THREE.test(part);
    default:
      return false;
  }
}

function jsonObject(part: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(Buffer.from(part, 'base64url')));
  } catch {
    throw malformed(`The token's ${name} is not JSON.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`The token's ${name} is not a JSON object.`);
  }
  return value as Record<string, unknown>;
}

/** Without the cache, for tokens whose headers all differ: they must not evict headers that other tokens share. */
export function ownHeader(part: string): JwtHeader {
  return jsonObject(part, 'header');
}

/** Frozen, since it is parsed once for all tokens that share it. */
function sharedHeader(part: string): JwtHeader {
  const known = headers.get(part);
  if (known) return known;
  const header = deepFreeze(ownHeader(part));
  // A copy of the text: a slice would keep the whole token in memory.
  if (part.length <= MAX_HEADER_LENGTH) headers.set(Buffer.from(part, 'latin1').toString('latin1'), header);
  return header;
}

function malformed(detail: string): InvalidTokenError {
  return new InvalidTokenError('malformed', detail);
}
