import { InvalidTokenError } from '../errors';
import { problem } from '../tokens/claim-rules';
import type { HeaderRule } from '../tokens/header';
import type { IssuerNames } from '../tokens/issuer-names';
import type { Message } from './message';
import { asMembers, memberOf, type Members } from './members';
import type { Signal } from './signal';
import { targetsOf, type Concern } from './subject';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';

/** What each type of event revokes. RISC's sessions-revoked predates CAEP's session-revoked, and is still sent. */
const CONCERNS: ReadonlyMap<string, Concern> = new Map([
  [`${CAEP}session-revoked`, 'session'],
  [`${CAEP}credential-change`, 'account'],
  [`${RISC}account-disabled`, 'account'],
  [`${RISC}account-purged`, 'account'],
  [`${RISC}sessions-revoked`, 'session'],
]);

const MAX_EVENTS = 20;

/** RFC 8417 section 2.3: the only `typ`, so that no other kind of token is accepted. */
export const EVENT_TYPE: HeaderRule = {
  name: 'typ',
  says: 'is of typ secevent+jwt',
  find({ typ }) {
    if (/^(application\/)?secevent\+jwt$/i.test(String(typ))) return undefined;
    return problem('header', "The token's typ is not secevent+jwt.");
  },
};

/**
 * What a Security Event Token (RFC 8417) revokes. Events of unknown types revoke nothing. Throws `InvalidTokenError` for
 * a known type whose subject is not understood, since its sender must not take it for processed.
 */
export function readEvents({ payload, issuer }: Message, names: IssuerNames, now: number): Signal {
  const events = Object.entries(asMembers(payload['events']) ?? {});
  if (events.length === 0)
    throw refusal("The token's events are not an object with a member for each event.");
  if (events.length > MAX_EVENTS) throw refusal('The token has too many events.');
  const [known, unknown]: [string[], string[]] = [[], []];
  const targets = events.flatMap(([type, event]) => {
    const concern = CONCERNS.get(type);
    const members = asMembers(event);
    if (!members) throw refusal('An event of the token is not an object.');
    (concern ? known : unknown).push(type);
    if (!concern) return [];
    const at = Math.min(timeOf(members, payload), now);
    const subject = payload['sub_id'] ?? memberOf(members, 'subject');
    const found = targetsOf(subject, { names, issuer, at, concern });
    if (!found) throw refusal("An event's subject is not of a form that is understood here.");
    return found;
  });
  return { targets, known, unknown };
}

/** Larger values are milliseconds, as in an earlier draft: as seconds they would be after the year 5138. */
const LATEST_SECONDS = 1e11;

/** Milliseconds since the epoch: the time of the event (CAEP section 2, RFC 8417 `toe`), else the token's `iat`. */
function timeOf(event: Members, payload: Message['payload']): number {
  for (const time of [event['event_timestamp'], payload['toe']]) {
    if (time === undefined) continue;
    if (typeof time !== 'number' || !Number.isFinite(time) || time < 0) {
      throw refusal('The time of an event is not a number from 0.');
    }
    return time < LATEST_SECONDS ? time * 1000 : time;
  }
  return payload.iat * 1000;
}

function refusal(detail: string): InvalidTokenError {
  return new InvalidTokenError('claims', detail);
}
