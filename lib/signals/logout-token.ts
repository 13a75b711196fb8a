import { InvalidTokenError } from '../errors';
import type { HeaderRule } from '../tokens/header';
import { problem } from '../tokens/claim-rules';
import { checkSubject } from '../tokens/claims';
import type { Message } from './message';
import { memberOf } from './members';
import type { Signal } from './signal';

const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';

const TYPES: ReadonlySet<unknown> = new Set([
  'logout+jwt',
  'application/logout+jwt',
  'jwt',
  'application/jwt',
]);

/** RFC 8725 section 3.11. Issuers that predate the final standard send JWT or none: `events` identifies their tokens. */
export const LOGOUT_TYPE: HeaderRule = {
  name: 'typ',
  says: 'is of typ logout+jwt, JWT or none',
  find(header) {
    const { typ } = header as Record<string, unknown>;
    if (typ === undefined || (typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) return undefined;
    return problem('header', "The token's typ is not that of a logout token.");
  },
};

/** Lifetime in seconds of a token without `exp`: the longest that the standard recommends (section 4). */
export const LOGOUT_LIFETIME = 120;

/**
 * What a logout token revokes (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6): one session where it names
 * one (`sid`), else all of the subject. Throws `InvalidTokenError`.
 */
export function readLogout(message: Message): Signal {
  const { payload, issuer } = message;
  if (memberOf(payload['events'], LOGOUT) === undefined) {
    throw refusal("The token's events do not say that it is a logout token.");
  }
  // Otherwise an ID token could be accepted as a logout token, or the other way round.
  if (Object.hasOwn(payload, 'nonce')) throw refusal('A logout token has no nonce.');
  const { sid, sub: subject, iat } = payload;
  if (subject !== undefined) {
    const wrong = checkSubject(message);
    if (wrong) throw new InvalidTokenError(wrong.reason, wrong.detail);
  }
  // `checkNames` has accepted it: a well-formed string, or absent.
  if (typeof sid === 'string' && sid !== '') return ends({ by: 'sid', issuer, value: sid });
  if (subject === undefined) throw refusal('The token names neither a session (sid) nor a subject (sub).');
  return ends({ by: 'subject', issuer, value: subject, at: iat * 1000 });
}

function ends(target: Signal['targets'][number]): Signal {
  return { targets: [target], known: [LOGOUT], unknown: [] };
}

function refusal(detail: string): InvalidTokenError {
  return new InvalidTokenError('claims', detail);
}
