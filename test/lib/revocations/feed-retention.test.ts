import { InvalidTokenError, memoryRevocations, type RevocationStore } from 'sallyport';
import {
  closeFeeds,
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

beforeEach(stopTime);
afterEach(closeFeeds);

describe('how long a revocation acts', () => {
  it('keeps a session revoked until the last token that it may have had is no longer accepted', async () => {
    const feed = await openReady({ retentionSeconds: 3600 });
    await feed.revoke([{ ...session, expiresAt: seconds(START) + 60 }]);
    // Dated 5 s ahead of us, alive for an hour, accepted for 5 s more.
    await jest.advanceTimersByTimeAsync((3600 + 10) * SECOND);
    expect(() => {
      feed.check(inSession());
    }).toThrow(InvalidTokenError);
    await jest.advanceTimersByTimeAsync(2 * SECOND);
    expect(() => {
      feed.check(inSession());
    }).not.toThrow();
  });

  it('keeps a token revoked until it has expired with all tolerance, and then lets go of it', async () => {
    const feed = await openReady();
    await feed.revoke([{ by: 'jti', issuer, value: 'j', expiresAt: seconds(START) + 60 }]);
    await jest.advanceTimersByTimeAsync(65 * SECOND);
    expect(() => {
      feed.check(tokenProof({ issuer, jti: 'j' }));
    }).toThrow(InvalidTokenError);
    await jest.advanceTimersByTimeAsync(120 * SECOND);
    expect(feed.state().entries).toBe(0);
  });

  it('clears the store of what has been over for so long that no clock takes it for live', async () => {
    const store = memoryRevocations();
    const feed = await openReady({ store, retentionSeconds: 60 });
    await feed.revoke([session]);
    await jest.advanceTimersByTimeAsync(90 * MINUTE);
    expect((await store.read()).revocations).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(90 * MINUTE);
    expect((await store.read()).revocations).toHaveLength(0);
  });

  it('leaves out what is over already when it reads everything', async () => {
    const store = memoryRevocations();
    await store.add([{ by: 'sid', issuer, value: 'over', until: START - 1 }]);
    expect((await openReady({ store })).state().entries).toBe(0);
  });

  it('moves with the last of several revocations of one subject', async () => {
    const feed = await openReady();
    await feed.revoke([{ by: 'subject', issuer, value: 'alice', at: START }]);
    const between = tokenProof({ issuer, iat: seconds(START) + 30 });
    expect(() => {
      feed.check(between);
    }).not.toThrow();
    await feed.revoke([{ by: 'subject', issuer, value: 'alice', at: START + MINUTE }]);
    expect(() => {
      feed.check(between);
    }).toThrow(InvalidTokenError);
  });
});

it('reckons by the own clock where the store tells no time', async () => {
  const { add, read, removeExpired } = quiet();
  const timeless: RevocationStore['read'] = async (after) => {
    const { revocations, position } = await read(after);
    return { revocations, position };
  };
  const feed = await openReady({ store: { add, read: timeless, removeExpired }, retentionSeconds: 3600 });
  await feed.revoke([session]);
  const { revocations } = await read();
  expect(revocations[0]!.until).toBe(START + 3600 * SECOND + 10 * SECOND + SECOND);
  expect(() => {
    feed.check(inSession());
  }).toThrow(InvalidTokenError);
});
