import { randomUUID } from 'node:crypto';
import type { HttpTestIssuer } from 'sallyport/testing';
import { isRecord, type Asked } from './asked';
import type { Exchange } from './exchanges';
import type { ServiceLog } from './service-log';

export interface Playing {
  /** Where the service listens. */
  readonly service: string;
  readonly issuer: HttpTestIssuer;
  readonly log: ServiceLog;
  readonly exchange: (asked: Asked) => Promise<Exchange>;
  readonly settings: Settings;
}

/** In seconds, as the service is configured. */
export interface Settings {
  readonly clockTolerance: number;
  readonly keysFresh: number;
  readonly keysStale: number;
}

/** What the page can do to the issuer. Each takes the parsed body; undefined stands for a body that it does not understand. */
export type Control = (given: Readonly<Record<string, unknown>>) => Promise<object | undefined>;

const FLOOD = 50;
const MAX_LIFETIME = 3600;

/** `state` tells what else changes by itself, for the page to show. */
export function controls(playing: Playing): Readonly<Record<string, Control>> {
  const { issuer, exchange } = playing;
  let isUp = true;
  return {
    state: () => Promise.resolve({ ...stateOf(playing), isUp }),
    'sign-in': (given) => {
      if (!isUp) throw new Error('The issuer is down, so nobody can sign in. Bring it back first.');
      return Promise.resolve(signIn(issuer, given));
    },
    rotate: () => Promise.resolve({ kid: issuer.rotate() }),
    // As after a leak: the old key counts no more.
    replace() {
      const kid = issuer.rotate();
      issuer.withdraw();
      return Promise.resolve({ kid });
    },
    async outage() {
      isUp = !isUp;
      await (isUp ? issuer.recover() : issuer.fail('refused'));
      return { isUp };
    },
    async flood() {
      const before = issuer.fetches;
      const answers: Exchange[] = [];
      for (let count = 0; count < FLOOD; count += 1) answers.push(await exchange(listWith(madeUp(issuer))));
      return { last: answers.at(-1), tally: tallyOf(answers), fetches: issuer.fetches - before };
    },
  };
}

function stateOf({ service, issuer, log, settings }: Playing): object {
  const keys = log.latest('keys_refreshed');
  const failing = log.latest('keys_refreshed', 'keys_failed');
  return {
    now: Date.now(),
    service,
    settings,
    kid: issuer.signingKey().kid,
    published: publishedBy(issuer),
    fetches: issuer.fetches,
    readAt: keys && Date.parse(keys.time),
    failure: failing?.event === 'keys_failed' ? failing['failure'] : undefined,
  };
}

const PEOPLE: Readonly<Record<string, object>> = {
  ada: { sub: 'ada', name: 'Ada', email: 'ada@example.com' },
  bob: { sub: 'bob', name: 'Bob', email: 'bob@example.com' },
  admin: { sub: 'grace', scope: 'revocations:write' },
};

/** A session of its own, for as many seconds as are asked for. */
function signIn(issuer: HttpTestIssuer, given: Readonly<Record<string, unknown>>): object | undefined {
  const { person, seconds } = given;
  if (typeof person !== 'string' || !Object.hasOwn(PEOPLE, person)) return undefined;
  if (typeof seconds !== 'number' || !(seconds >= 1 && seconds <= MAX_LIFETIME)) return undefined;
  const iat = Math.floor(Date.now() / 1000);
  const sid = `sess_${randomUUID().slice(0, 8)}`;
  return { token: issuer.token({ ...PEOPLE[person], sid, iat, exp: iat + Math.floor(seconds) }) };
}

function madeUp(issuer: HttpTestIssuer): string {
  return issuer.token({ sub: 'mallory' }, { kid: `made-up-${randomUUID().slice(0, 8)}` });
}

function listWith(token: string): Asked {
  const path = '/api/user_modules/user/mallory';
  return { method: 'GET', path, credential: { kind: 'token', value: token }, body: undefined };
}

function tallyOf(answers: readonly Exchange[]): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const { answer, code } of answers) {
    const name = `${answer.status} ${code ?? ''}`;
    tally[name] = (tally[name] ?? 0) + 1;
  }
  return tally;
}

function publishedBy(issuer: HttpTestIssuer): unknown[] {
  const set = issuer.jwks();
  if (!isRecord(set) || !Array.isArray(set['keys'])) return [];
  return set['keys'].map((key: unknown) => (isRecord(key) ? key['kid'] : undefined));
}
