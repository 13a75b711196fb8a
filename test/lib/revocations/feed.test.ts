import { InvalidTokenError, RevocationsUnavailableError, StoreUnavailableError } from '../../../lib/errors';
import type { SallyportEvent } from '../../../lib/events';
import { revocationFeed } from '../../../lib/revocations/feed';
import type { RevocationFeedOptions } from '../../../lib/revocations/feed-settings';
import { memoryRevocations } from '../../../lib/revocations/memory-revocations';
import type { Revocation, RevocationStore } from '../../../lib/revocations/revocation-store';
import type { Revocations, RevocationTarget } from '../../../lib/revocations/revocations';
import { keyProof, tokenProof } from '../../support/proofs';

const issuer = 'https://issuer.example';
const START = Date.parse('2026-01-01T00:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;
const seconds = (ms: number) => Math.floor(ms / 1000);

let opened: Revocations[] = [];

beforeEach(() => {
  jest.useFakeTimers({ now: START });
});

afterEach(() => {
  for (const feed of opened) feed.close();
  opened = [];
  jest.useRealTimers();
});

function open(options: RevocationFeedOptions = {}): Revocations {
  const feed = revocationFeed(options);
  opened.push(feed);
  return feed;
}

async function openReady(options: RevocationFeedOptions = {}): Promise<Revocations> {
  const feed = open(options);
  await feed.prewarm();
  return feed;
}

/** A store that only tells when it is asked, as one without change streams does. */
function quiet(store: RevocationStore = memoryRevocations()): RevocationStore {
  return { add: store.add, read: store.read, removeExpired: store.removeExpired };
}

const refuse = () => Promise.reject(new Error('connection refused'));
const hang = () => new Promise<never>(() => undefined);

/** A store whose reads fail in one way or another while `broken.by` says how. */
function breakable() {
  const store = quiet();
  const broken: { by: (() => Promise<never>) | undefined } = { by: undefined };
  const read: RevocationStore['read'] = (after) => (broken.by ? broken.by() : store.read(after));
  return { store: { ...store, read }, broken };
}

const session: RevocationTarget = { by: 'sid', issuer, value: 'sess_1' };
const inSession = () => tokenProof({ issuer, sid: 'sess_1' });

describe('what a revocation refuses', () => {
  const iat = seconds(START);
  const token = { issuer, jti: 'j', sid: 's', fingerprint: 'f', iat };

  it.each<[string, RevocationTarget]>([
    ['jti', { by: 'jti', issuer, value: 'j' }],
    ['sid', { by: 'sid', issuer, value: 's' }],
    ['token', { by: 'token', issuer, value: 'f' }],
    ['subject', { by: 'subject', issuer, value: 'alice' }],
  ])('refuses a token by its %s, says so in an event, and counts it as the subject', async (by, target) => {
    const events: SallyportEvent[] = [];
    const feed = await openReady({ onEvent: (event) => events.push(event) });
    const proof = tokenProof(token);
    expect(() => {
      feed.check(proof);
    }).not.toThrow();
    await feed.revoke([target]);
    expect(() => {
      feed.check(proof);
    }).toThrow(
      expect.objectContaining({ reason: 'revoked', status: 401, proven: { issuer, subject: 'alice' } }),
    );
    expect(events).toContainEqual({ type: 'revoked', issuer, subject: 'alice', by });
  });

  it.each<RevocationTarget>([
    { by: 'jti', issuer, value: 'J' },
    { by: 'jti', issuer, value: 's' },
    { by: 'sid', issuer, value: 'j' },
    { by: 'sid', issuer: 'https://other.example', value: 's' },
    { by: 'token', issuer, value: 'j' },
    { by: 'key', issuer, value: 'j' },
    { by: 'subject', issuer, value: 'Alice' },
    { by: 'subject', issuer: 'https://other.example', value: 'alice' },
  ])('lets a token pass that $by "$value" of $issuer does not name', async (target) => {
    const feed = await openReady();
    await feed.revoke([target]);
    expect(() => {
      feed.check(tokenProof(token));
    }).not.toThrow();
  });

  it.each<[string, number | undefined, boolean]>([
    ['issued before', iat - 1, true],
    ['issued within the clock tolerance after', iat + 5, true],
    ['that does not say when it was issued', undefined, true],
    ['issued later', iat + 6, false],
  ])("refuses a subject's token %s the revocation: iat %s: %s", async (_, issuedAt, refused) => {
    const feed = await openReady();
    await feed.revoke([{ by: 'subject', issuer, value: 'alice', at: START }]);
    const check = () => {
      feed.check(tokenProof({ issuer, iat: issuedAt }));
    };
    if (refused) expect(check).toThrow(InvalidTokenError);
    else expect(check).not.toThrow();
  });

  it('refuses API keys by id, and by their subject when they were made before', async () => {
    const feed = await openReady();
    const before = keyProof({ issuer, keyId: 'k1', keyCreatedAt: iat });
    const other = keyProof({ issuer, keyId: 'k2', keyCreatedAt: iat });
    const later = keyProof({ issuer, keyId: 'k3', keyCreatedAt: iat + 60 });
    await feed.revoke([{ by: 'key', issuer, value: 'k1' }]);
    expect(() => {
      feed.check(before);
    }).toThrow(InvalidTokenError);
    expect(() => {
      feed.check(other);
    }).not.toThrow();
    await feed.revoke([{ by: 'subject', issuer, value: 'alice' }]);
    expect(() => {
      feed.check(other);
    }).toThrow(InvalidTokenError);
    expect(() => {
      feed.check(later);
    }).not.toThrow();
  });
});

describe('how long a revocation acts', () => {
  it('keeps a session revoked long after its first token expired, for the retention time', async () => {
    const feed = await openReady({ retentionSeconds: 3600 });
    await feed.revoke([{ ...session, expiresAt: seconds(START) + 60 }]);
    await jest.advanceTimersByTimeAsync(3599 * SECOND);
    expect(() => {
      feed.check(inSession());
    }).toThrow(InvalidTokenError);
    await jest.advanceTimersByTimeAsync(3 * SECOND);
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
