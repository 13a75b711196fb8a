import type { JwtHeader } from '../auth';

/** The value of `typ`: a JWT of unspecified kind, or an access token (RFC 9068). */
export type TokenType = 'JWT' | 'at+jwt';

/** `application/` may be left out of a media type (RFC 7515 section 4.1.9), and its case does not matter. */
const TYPES: ReadonlyMap<unknown, TokenType> = new Map([
  ['jwt', 'JWT'],
  ['application/jwt', 'JWT'],
  ['at+jwt', 'at+jwt'],
  ['application/at+jwt', 'at+jwt'],
]);

/** Undefined for a header without `typ`, and for a `typ` that is refused. */
export function typeOf(header: JwtHeader): TokenType | undefined {
  const { typ } = header as Record<string, unknown>;
  return typeof typ === 'string' ? TYPES.get(typ.toLowerCase()) : undefined;
}
