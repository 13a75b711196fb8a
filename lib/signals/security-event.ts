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

/** What each event is about. RISC's own name for revoked sessions is older than CAEP's, and still sent. */
const CONCERNS: ReadonlyMap<string, Concern> = new Map([
  [`${CAEP}session-revoked`, 'session'],
  [`${CAEP}credential-change`, 'account'],
  [`${RISC}account-disabled`, 'account'],
  [`${RISC}account-purged`, 'account'],
  [`${RISC}sessions-revoked`, 'session'],
]);

const MAX_EVENTS = 20;

/** RFC 8417 section 2.3: the only `typ`, so that no other token passes for one. */
export const EVENT_TYPE: HeaderRule = {
  name: 'typ',
  says: 'is of typ secevent+jwt',
  find({ typ }) {
    if (/^(application\/)?secevent\+jwt$/i.test(String(typ))) return undefined;
    return problem('header', "The token's typ is not secevent+jwt.");
  },
};

/**
 * What a Security Event Token (RFC 8417) asks for. Events of other types ask for nothing. Throws `InvalidTokenError` for
 * one of a known type whose subject cannot be understood: its sender must not take it for acted on.
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

/** What is later in seconds is of a draft that had milliseconds: as seconds it would be in the year 5138. */
const LATEST_SECONDS = 1e11;

/** Milliseconds: when it happened (CAEP section 2, RFC 8417 `toe`), else when it was told. */
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
