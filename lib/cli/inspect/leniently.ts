import type { JwtHeader, JwtPayload } from '../../auth';
import { isObject } from '../../options';

/** The header and payload of a token that the verifier cannot parse, as far as they can be decoded. */
export function leniently(token: string): {
  readonly header: JwtHeader | undefined;
  readonly payload: JwtPayload | undefined;
} {
  const [header = '', payload = ''] = token.split('.');
  return { header: objectIn(header), payload: objectIn(payload) };
}

function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
