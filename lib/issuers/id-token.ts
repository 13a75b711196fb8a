import type { JwtPayload } from '../auth';

/**
 * Claims of ID tokens (OpenID Connect Core 1.0, sections 2, 3.1.3.6 and 3.3.2.11) that other tokens of Auth0 and Okta
 * do not have. An ID token may have none of them.
 */
const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash'];

/** An ID token is for the client. If an API has by mistake the client's ID as audience, it must not accept one. */
export function refuseIdToken(payload: JwtPayload): string | undefined {
  return OF_ID_TOKENS.some((claim) => Object.hasOwn(payload, claim)) ? SEND_ACCESS_TOKEN : undefined;
}

export const SEND_ACCESS_TOKEN =
  'This is an ID token, which is for the client itself; send the access token.';
