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

/** RFC 8725 section 3.11. Issuers from before the final standard say JWT or nothing: the events tell such a token. */
export const LOGOUT_TYPE: HeaderRule = {
  name: 'typ',
  says: 'is of typ logout+jwt, JWT or none',
  find(header) {
    const { typ } = header as Record<string, unknown>;
    if (typ === undefined || (typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) return undefined;
    return problem('header', "The token's typ is not that of a logout token.");
  },
};

/** Seconds. What the standard recommends at most, where an issuer from before it says nothing (section 4). */
export const LOGOUT_LIFETIME = 120;

/**
 * What a logout token asks for (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6): the end of a session where
 * it names one (`sid`), else that of all there are of the subject. Throws `InvalidTokenError`.
 */
export function readLogout(message: Message): Signal {
  const { payload, issuer } = message;
  if (memberOf(payload['events'], LOGOUT) === undefined) {
    throw refusal("The token's events do not say that it is a logout token.");
  }
  // Else an ID token could be made to pass for one, or the other way round.
  if (Object.hasOwn(payload, 'nonce')) throw refusal('A logout token has no nonce.');
  const { sid, sub: subject, iat } = payload;
  if (subject !== undefined) {
    const wrong = checkSubject(message);
    if (wrong) throw new InvalidTokenError(wrong.reason, wrong.detail);
  }
  // Judged with the other names: a string, or absent.
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
