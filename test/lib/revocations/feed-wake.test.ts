import { setTimeout as delay } from 'node:timers/promises';
import {
  memoryRevocations,
  revocable,
  type RevocationStore,
  type Revocations,
  type Verifier,
} from 'sallyport';
import { endChildren, startChild } from '../../support/child-process';
import {
  breakable,
  closeFeeds,
  hang,
  inSession,
  MINUTE,
  open,
  openReady,
  quiet,
  refuse,
  SECOND,
  session,
  stopTime,
} from '../../support/feeds';

const verifierOver = (feed: Revocations): Verifier => revocable(() => Promise.resolve(inSession()), feed);

/** Counts the reads of a store. */
function counting(store: RevocationStore = quiet()) {
  const reads = { count: 0 };
  const read: RevocationStore['read'] = (after) => {
    reads.count += 1;
    return store.read(after);
  };
  return { store: { ...store, read }, reads };
}

describe('a process that wakes after an hour', () => {
  beforeEach(stopTime);
  afterEach(closeFeeds);

  it.each(['with', 'without'])(
    'reads again before it answers, once for all, %s a read under way',
    async (way) => {
      const { store, reads } = counting();
      const verify = verifierOver(await openReady({ store, pollMs: way === 'with' ? 1 : 2 * 60 * MINUTE }));
      const before = reads.count;
      jest.advanceTimersByTime(60 * MINUTE);
      const answers = await Promise.all(Array.from({ length: 8 }, () => verify('token')));
      expect(answers).toHaveLength(8);
      expect(reads.count - before).toBeLessThanOrEqual(2);
      expect(reads.count - before).toBeGreaterThanOrEqual(1);
    },
  );

  it('refuses what was revoked elsewhere meanwhile', async () => {
    const store = quiet();
    const verify = verifierOver(await openReady({ store, pollMs: 2 * 60 * MINUTE }));
    await expect(verify('token')).resolves.toBeDefined();
    await store.add([{ ...session, until: Date.now() + 120 * MINUTE }]);
    jest.advanceTimersByTime(60 * MINUTE);
    await expect(verify('token')).rejects.toMatchObject({ status: 401, reason: 'revoked' });
  });

  it('is not misled by a read that was under way, and failed, while it was frozen', async () => {
    const { store, broken } = breakable();
    const verify = verifierOver(await openReady({ store }));
    broken.by = hang;
    await jest.advanceTimersByTimeAsync(SECOND);
    broken.by = undefined;
    jest.advanceTimersByTime(60 * MINUTE);
    await expect(verify('token')).resolves.toBeDefined();
  });

  it('answers 503 when the store is down then, at once from the second request on', async () => {
    const { store, broken } = breakable();
    const verify = verifierOver(await openReady({ store, pollMs: 2 * 60 * MINUTE }));
    jest.advanceTimersByTime(60 * MINUTE);
    broken.by = refuse;
    // With what the store failed with, for onError.
    await expect(verify('token')).rejects.toMatchObject({
      code: 'revocations_unavailable',
      cause: expect.objectContaining({ code: 'store_unavailable' }) as unknown,
    });
    broken.by = hang;
    await expect(verify('token')).rejects.toMatchObject({ code: 'revocations_unavailable' });
  });

  it('waits for 2 s for a store that hangs then, and after that for nothing', async () => {
    const { store, broken } = breakable();
    const verify = verifierOver(await openReady({ store, pollMs: 2 * 60 * MINUTE }));
    jest.advanceTimersByTime(60 * MINUTE);
    broken.by = hang;
    const first = verify('token').then(
      () => 'passed',
      (error: unknown) => (error as { code: string }).code,
    );
    await jest.advanceTimersByTimeAsync(1999);
    expect(await Promise.race([first, Promise.resolve('waiting')])).toBe('waiting');
    await jest.advanceTimersByTimeAsync(1);
    expect(await first).toBe('revocations_unavailable');
    await expect(verify('token')).rejects.toMatchObject({ code: 'revocations_unavailable' });
  });
});

describe('a process that has just started', () => {
  beforeEach(stopTime);
  afterEach(closeFeeds);

  it('waits for its first read', async () => {
    await expect(verifierOver(open({ store: quiet() }))('token')).resolves.toBeDefined();
  });

  it('answers 503 at once while the store refuses', async () => {
    const { store, broken } = breakable();
    broken.by = refuse;
    const feed = open({ store });
    await expect(feed.prewarm()).rejects.toMatchObject({ code: 'revocations_unavailable' });
    broken.by = hang;
    await expect(verifierOver(feed)('token')).rejects.toMatchObject({ code: 'revocations_unavailable' });
  });
});

it("a host's own revocations need no whenReady", async () => {
  const own = memoryRevocations();
  expect(own).not.toHaveProperty('whenReady');
  await expect(
    revocable(() => Promise.resolve(inSession()), { check: () => undefined })('token'),
  ).resolves.toBeDefined();
});

describe('a process that was stopped (SIGSTOP) and goes on', () => {
  afterEach(endChildren);

  it('answers none of the requests that came meanwhile with 503', async () => {
    const child = startChild('frozen-chain.ts', ['60']);
    await child.reached(2);
    const [port = '', token = ''] = child.lines;
    const get = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return answer.status;
    };
    expect(await get()).toBe(200);
    child.kill('SIGSTOP');
    const meanwhile = Array.from({ length: 8 }, get);
    // More than the 30 s after which the child knows nothing any more, by its own fast clock.
    await delay(1500);
    child.kill('SIGCONT');
    expect(await Promise.all(meanwhile)).toEqual(Array.from({ length: 8 }, () => 200));
  });
});
