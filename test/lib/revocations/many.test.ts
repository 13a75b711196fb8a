import { InvalidTokenError, memoryRevocations, type Revocations, revocationFeed } from 'sallyport';
import { tokenProof } from '../../support/proofs';

const issuer = 'https://issuer.example';
const MANY = 100_000;
const feeds: Revocations[] = [];

afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
  jest.restoreAllMocks();
});

async function feedOf(count: number): Promise<Revocations> {
  const store = memoryRevocations();
  const until = Date.now() + 3_600_000;
  await store.add(
    Array.from({ length: count }, (_, n) => ({ by: 'sid', issuer, value: `sess_${String(n)}`, until })),
  );
  const feed = revocationFeed({ store, pollMs: 3_600_000 });
  feeds.push(feed);
  await feed.prewarm();
  expect(feed.state().entries).toBe(count);
  return feed;
}

/** What a check does to the index: its work, whatever the machine is busy with. */
function stepsOf(feed: Revocations, sid: string): number {
  const spies = (['get', 'has', 'entries', 'values', 'keys', 'forEach'] as const).map((method) =>
    jest.spyOn(Map.prototype, method),
  );
  try {
    feed.check(tokenProof({ issuer, sid, jti: 'j', fingerprint: 'f' }));
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidTokenError);
  }
  const steps = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  jest.restoreAllMocks();
  return steps;
}

it('takes no more steps a request with 100 000 live revocations than with one', async () => {
  const [few, many] = [await feedOf(1), await feedOf(MANY)];
  const steps = stepsOf(few, 'of nobody');
  expect(steps).toBeGreaterThan(0);
  expect(stepsOf(many, 'of nobody')).toBe(steps);
});

it('refuses any of 100 000, and nobody else', async () => {
  const feed = await feedOf(MANY);
  const refused = (sid: string): boolean => {
    try {
      feed.check(tokenProof({ issuer, sid }));
      return false;
    } catch {
      return true;
    }
  };
  for (let n = 0; n < MANY; n += 997) expect(refused(`sess_${String(n)}`)).toBe(true);
  expect([refused(`sess_${String(MANY - 1)}`), refused(`sess_${String(MANY)}`)]).toEqual([true, false]);
});
