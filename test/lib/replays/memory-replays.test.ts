import { memoryReplays } from '../../../lib/replays/memory-replays';
import { replayStoreContract } from '../../../lib/testing/contracts/replay-store';

describe('memoryReplays', () => {
  it.each(replayStoreContract)('$name', ({ run }) => run(() => memoryReplays()));
});

it('forgets what is over, after ten seconds, and nothing else', async () => {
  let now = 0;
  const store = memoryReplays({ now: () => now });
  await store.claim('short', 'a', 5000);
  await store.claim('long', 'a', 60_000);
  now = 10_000;
  expect(await store.claim('next', 'a', 1000)).toBe('claimed');
  expect(await store.claim('short', 'b', 1000)).toBe('claimed');
  expect(await store.claim('long', 'b', 1000)).toBe('busy');
});

describe('a wall clock that is set ahead', () => {
  afterEach(() => jest.useRealTimers());

  it('lets no message be handled a second time', async () => {
    const store = memoryReplays();
    await store.claim('msg', 'a', 60_000);
    await store.complete('msg', 60_000);
    jest.useFakeTimers({ now: Date.now() + 40 * 86_400_000, doNotFake: ['performance'] });
    expect(await store.claim('msg', 'b', 60_000)).toBe('done');
  });
});
