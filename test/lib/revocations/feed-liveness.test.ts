import {
  InvalidTokenError,
  RevocationsUnavailableError,
  StoreUnavailableError,
  guarded,
  memoryRevocations,
  revocationFeed,
  type RevocationFeedOptions,
  type RevocationStore,
  type SallyportEvent,
} from 'sallyport';
import {
  breakable,
  closeFeeds,
  DAY,
  hang,
  inSession,
  issuer,
  MINUTE,
  open,
  openReady,
  quiet,
  refuse,
  SECOND,
  session,
  START,
  stopTime,
} from '../../support/feeds';

beforeEach(stopTime);
afterEach(closeFeeds);

describe('what it knows and when', () => {
  it('answers 503 until everything was read', async () => {
    const feed = open();
    expect(() => {
      feed.check(inSession());
    }).toThrow(RevocationsUnavailableError);
    expect(feed.state()).toEqual({ ready: false, ageSeconds: undefined, entries: 0 });
    await feed.prewarm();
    expect(() => {
      feed.check(inSession());
    }).not.toThrow();
    expect(feed.state().ready).toBe(true);
  });

  it('follows and lets go of a store that the host guards already', async () => {
    const store = memoryRevocations();
    const feed = await openReady({ store: guarded(store, { name: 'own' }), pollMs: 10_000 });
    await store.add([{ ...session, until: START + DAY }]);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(() => {
      feed.check(inSession());
    }).toThrow(InvalidTokenError);
    expect(() => {
      feed.close();
    }).not.toThrow();
  });

  it('comes up by itself once a store that was down answers', async () => {
    const { store, broken } = breakable();
    broken.by = refuse;
    const feed = open({ store });
    await expect(feed.prewarm()).rejects.toBeInstanceOf(RevocationsUnavailableError);
    await jest.advanceTimersByTimeAsync(5 * SECOND);
    expect(feed.state().ready).toBe(false);
    broken.by = undefined;
    await jest.advanceTimersByTimeAsync(3 * SECOND);
    expect(feed.state().ready).toBe(true);
  });

  it.each([
    ['refuses', refuse],
    ['hangs, its connection silently dead', hang],
  ])('answers 503 from 30 s on when the store %s, and recovers', async (_, failure) => {
    const events: SallyportEvent[] = [];
    const { store, broken } = breakable();
    const feed = await openReady({ store, onEvent: (event) => events.push(event) });
    broken.by = failure;
    await jest.advanceTimersByTimeAsync(29 * SECOND);
    expect(() => {
      feed.check(inSession());
    }).not.toThrow();
    await jest.advanceTimersByTimeAsync(2 * SECOND);
    expect(() => {
      feed.check(inSession());
    }).toThrow(RevocationsUnavailableError);
    await jest.advanceTimersByTimeAsync(20 * SECOND);
    expect(events.filter(({ type }) => type === 'revocations_behind')).toHaveLength(1);
    broken.by = undefined;
    await jest.advanceTimersByTimeAsync(15 * SECOND);
    expect(() => {
      feed.check(inSession());
    }).not.toThrow();
  });

  it('asks the store for everything once, and then for what came since', async () => {
    const { read, ...rest } = quiet();
    const asked: (string | undefined)[] = [];
    const feed = await openReady({
      store: {
        ...rest,
        read: async (after) => {
          asked.push(after);
          return read(after);
        },
      },
    });
    await feed.revoke([session]);
    await jest.advanceTimersByTimeAsync(2 * SECOND);
    expect(asked).toEqual([undefined, '0', '1']);
  });

  it('reads again soon when it hears of a change during a read', async () => {
    const memory = memoryRevocations();
    let release: () => void = () => undefined;
    const slow = () =>
      new Promise<void>((resolve) => {
        release = resolve;
      });
    const store: RevocationStore = {
      ...memory,
      read: async (after) => {
        const page = await memory.read(after);
        await slow();
        return page;
      },
    };
    const feed = open({ store, pollMs: MINUTE });
    await jest.advanceTimersByTimeAsync(0);
    await memory.add([{ by: 'sid', issuer, value: 'sess_1', until: START + DAY }]);
    release();
    await jest.advanceTimersByTimeAsync(100);
    release();
    await jest.advanceTimersByTimeAsync(0);
    expect(() => {
      feed.check(inSession());
    }).toThrow(InvalidTokenError);
  });

  it('asks for nothing once it is closed', async () => {
    const { read, ...rest } = memoryRevocations();
    let reads = 0;
    const feed = await openReady({
      store: {
        ...rest,
        read: async (after) => {
          reads += 1;
          return read(after);
        },
      },
    });
    feed.close();
    await rest.add([{ by: 'sid', issuer, value: 'sess_1', until: START + DAY }]);
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(reads).toBe(1);
  });

  it('judges its age by a clock that nobody sets', async () => {
    const feed = await openReady({ store: quiet() });
    jest.setSystemTime(START + DAY);
    expect(() => {
      feed.check(inSession());
    }).not.toThrow();
  });

  it('does not act on a revocation that the store refused to keep', async () => {
    const store = quiet();
    const feed = await openReady({ store });
    jest.spyOn(store, 'add').mockRejectedValueOnce(new Error('disk full'));
    await expect(feed.revoke([session])).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(() => {
      feed.check(inSession());
    }).not.toThrow();
  });

  it('asks the store for nothing when it checks', async () => {
    const store = quiet();
    const feed = await openReady({ store });
    const read = jest.spyOn(store, 'read');
    for (let n = 0; n < 100; n += 1) feed.check(inSession());
    expect(read).not.toHaveBeenCalled();
  });
});

describe('revocationFeed', () => {
  it.each([
    [{ retention: 5 }, /unknown option "retention"/],
    [{ retentionSeconds: 0 }, /"retentionSeconds"/],
    [{ clockTolerance: -1 }, /"clockTolerance"/],
    [{ pollMs: Number.NaN }, /"pollMs"/],
  ])('refuses %j at mount', (options, message) => {
    expect(() => revocationFeed(options as RevocationFeedOptions)).toThrow(message);
  });
});
