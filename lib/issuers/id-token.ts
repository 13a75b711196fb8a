import type { JwtPayload } from '../auth';

/** What OpenID Connect Core 1.0 (sections 2, 3.1.3.6 and 3.3.2.11) puts into ID tokens, and Auth0 and Okta into no other. None of it is sure to be there. */
const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash', 's_hash'];

/** An ID token tells a client who has signed in. Where an API's audience is by mistake that client, it would pass for more. */
export function refuseIdToken(payload: JwtPayload): string | undefined {
  return OF_ID_TOKENS.some((claim) => Object.hasOwn(payload, claim)) ? SEND_ACCESS_TOKEN : undefined;
}

export const SEND_ACCESS_TOKEN =
  'This is an ID token, which is for the client itself; send the access token.';
