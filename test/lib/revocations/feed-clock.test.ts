import {
  InvalidTokenError,
  memoryRevocations,
  RevocationsUnavailableError,
  type Revocations,
} from 'sallyport';
import {
  closeFeeds,
  DAY,
  inSession,
  issuer,
  MINUTE,
  openReady,
  quiet,
  SECOND,
  seconds,
  session,
  START,
  stopTime,
} from '../../support/feeds';
import { tokenProof } from '../../support/proofs';

const HOUR = 60 * MINUTE;

beforeEach(stopTime);
afterEach(closeFeeds);

/** Sets the wall clock; the monotonic one goes on. */
const setClock = (byMs: number) => jest.setSystemTime(Date.now() + byMs);

const check = (feed: Revocations, proof = inSession()) => {
  feed.check(proof);
};

it('a token revoked for an hour stays so when the clock is two hours ahead for one sweep', async () => {
  const feed = await openReady();
  await feed.revoke([{ by: 'jti', issuer, value: 'j', expiresAt: seconds(START) + 3600 }]);
  setClock(2 * HOUR);
  await jest.advanceTimersByTimeAsync(2 * MINUTE);
  setClock(-2 * HOUR);
  expect(() => check(feed, tokenProof({ issuer, jti: 'j' }))).toThrow(InvalidTokenError);
  expect(feed.state()).toMatchObject({ ready: true, entries: 1 });
});

describe.each([2 * HOUR, 40 * DAY])('a wall clock %s ms ahead for a while', (ahead) => {
  it.each([2 * MINUTE, 5 * HOUR])('forgets nothing here within %s ms', async (time) => {
    const store = quiet();
    const feed = await openReady({ store });
    await feed.revoke([session, { by: 'jti', issuer, value: 'j', expiresAt: seconds(START + DAY) }]);
    setClock(ahead);
    await jest.advanceTimersByTimeAsync(time);
    expect(() => check(feed)).toThrow(InvalidTokenError);
    setClock(-ahead);
    await jest.advanceTimersByTimeAsync(2 * MINUTE);
    expect(() => check(feed)).toThrow(InvalidTokenError);
    expect(() => check(feed, tokenProof({ issuer, jti: 'j' }))).toThrow(InvalidTokenError);
    expect(feed.state()).toMatchObject({ ready: true, entries: 2 });
  });

  it('takes nothing from the store that others rely on', async () => {
    const store = quiet();
    const feed = await openReady({ store });
    await feed.revoke([session]);
    setClock(ahead);
    await jest.advanceTimersByTimeAsync(5 * HOUR);
    setClock(-ahead);
    const later = await openReady({ store });
    expect(() => check(later)).toThrow(InvalidTokenError);
  });

  it('takes nothing from the store when only the clock of one instance is wrong, from its start on', async () => {
    const store = quiet();
    const right = await openReady({ store });
    const wrong = await openReady({ store, now: () => Date.now() + ahead });
    await right.revoke([session]);
    await jest.advanceTimersByTimeAsync(5 * HOUR);
    for (const feed of [right, wrong, await openReady({ store })]) {
      expect(() => check(feed)).toThrow(InvalidTokenError);
    }
  });

  it('at the start, is made good once it is put right: everything is read again, and until then nobody passes', async () => {
    const store = quiet();
    const until = START + HOUR;
    await store.add([{ by: 'sid', issuer, value: 'sess_1', until }]);
    setClock(ahead);
    const feed = await openReady({ store });
    expect(() => check(feed)).not.toThrow();
    setClock(-ahead);
    expect(() => check(feed)).toThrow(RevocationsUnavailableError);
    expect(feed.state().ready).toBe(false);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(() => check(feed)).toThrow(InvalidTokenError);
    expect(feed.state()).toMatchObject({ ready: true, entries: 1 });
  });
});

describe('an instance over a store that tells its own time', () => {
  it.each([-40 * DAY, -HOUR, HOUR, 40 * DAY])('revokes for as long as all others, %s ms off', async (off) => {
    const store = quiet();
    const wrong = await openReady({ store, now: () => Date.now() + off });
    await wrong.revoke([session]);
    const [kept] = (await store.read()).revocations;
    const right = 30 * DAY + 11 * SECOND;
    expect(kept!.until - START).toBeGreaterThanOrEqual(right);
    expect(kept!.until - START).toBeLessThanOrEqual(right + MINUTE);
  });
});

describe('a clock that was years behind at the start', () => {
  it('does not make an instance keep for ever what is over', async () => {
    const store = quiet(memoryRevocations({ now: () => Date.now() }));
    setClock(-1000 * DAY);
    const feed = await openReady({ store, retentionSeconds: 3600 });
    setClock(1000 * DAY);
    await store.add([{ by: 'sid', issuer, value: 'sess_1', until: START + 2 * SECOND }]);
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(() => check(feed)).toThrow(InvalidTokenError);
    await jest.advanceTimersByTimeAsync(HOUR + 2 * MINUTE);
    expect(() => check(feed)).not.toThrow();
    expect(feed.state().entries).toBe(0);
  });
});

it('a revocation that is over stays over, however often small corrections move the clock', async () => {
  const asked: (string | undefined)[] = [];
  const { read, ...rest } = quiet();
  const store = { ...rest, read: (after?: string) => (asked.push(after), read(after)) };
  await store.add([{ by: 'sid', issuer, value: 'sess_1', until: START - MINUTE }]);
  const feed = await openReady({ store });
  for (let n = 0; n < 20; n += 1) {
    setClock(n % 2 === 0 ? -SECOND : SECOND);
    expect(() => check(feed)).not.toThrow();
    await jest.advanceTimersByTimeAsync(SECOND);
  }
  expect(asked.filter((after) => after === undefined)).toHaveLength(1);
});
