import { InvalidTokenError, memoryRevocations, type Revocation } from 'sallyport';
import {
  closeFeeds,
  inSession,
  issuer,
  openReady,
  quiet,
  SECOND,
  seconds,
  session,
  stopTime,
} from '../../support/feeds';
import { tokenProof } from '../../support/proofs';

beforeEach(stopTime);
afterEach(closeFeeds);

describe('several instances over one store', () => {
  it('acts at once on the instance that revoked, and within 2 s on another', async () => {
    const store = quiet();
    const [here, there] = [await openReady({ store }), await openReady({ store })];
    await here.revoke([session]);
    expect(() => {
      here.check(inSession());
    }).toThrow(InvalidTokenError);
    expect(() => {
      there.check(inSession());
    }).not.toThrow();
    await jest.advanceTimersByTimeAsync(2 * SECOND);
    expect(() => {
      there.check(inSession());
    }).toThrow(InvalidTokenError);
  });

  it('acts sooner where the store tells of changes', async () => {
    const store = memoryRevocations();
    const [here, there] = [await openReady({ store }), await openReady({ store })];
    await here.revoke([session]);
    await jest.advanceTimersByTimeAsync(100);
    expect(() => {
      there.check(inSession());
    }).toThrow(InvalidTokenError);
  });

  it('knows what was revoked before it was started', async () => {
    const store = quiet();
    await (await openReady({ store })).revoke([session]);
    const later = await openReady({ store });
    expect(() => {
      later.check(inSession());
    }).toThrow(InvalidTokenError);
  });

  it.each([-20, 20])('loses nothing when the clock of the other is %s s off', async (off) => {
    const store = quiet();
    const here = await openReady({ store, now: () => Date.now() + off * SECOND });
    const there = await openReady({ store });
    const seen = new Set<string>();
    there.onRevoked(({ value }) => seen.add(value));
    for (let n = 0; n < 10; n += 1) {
      await here.revoke([{ ...session, value: `here-${String(n)}` }]);
      await there.revoke([{ ...session, value: `there-${String(n)}` }]);
      await jest.advanceTimersByTimeAsync(700);
    }
    await jest.advanceTimersByTimeAsync(2 * SECOND);
    expect(seen.size).toBe(20);
    const issuedJustNow = tokenProof({ issuer, iat: seconds(Date.now()) });
    await here.revoke([{ by: 'subject', issuer, value: 'alice' }]);
    await jest.advanceTimersByTimeAsync(2 * SECOND);
    expect(() => {
      there.check(issuedJustNow);
    }).toThrow(InvalidTokenError);
  });

  it('tells listeners of its own and of others, each once, and harms nothing when one throws', async () => {
    const store = quiet();
    const [here, there] = [await openReady({ store }), await openReady({ store })];
    const seen: Revocation[] = [];
    here.onRevoked(() => {
      throw new Error('host');
    });
    const stop = here.onRevoked((revocation) => seen.push(revocation));
    await here.revoke([session]);
    await there.revoke([{ by: 'subject', issuer, value: 'alice' }]);
    await jest.advanceTimersByTimeAsync(5 * SECOND);
    expect(seen.map(({ by }) => by)).toEqual(['sid', 'subject']);
    stop();
    await here.revoke([{ ...session, value: 'another' }]);
    expect(seen).toHaveLength(2);
  });
});
