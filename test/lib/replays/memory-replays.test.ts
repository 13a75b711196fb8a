import { memoryReplays } from '../../../lib/replays/memory-replays';
import { replayStoreContract } from '../../../lib/testing/contracts/replay-store';

describe('memoryReplays', () => {
  it.each(replayStoreContract)('$name', ({ run }) => run(() => memoryReplays()));
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
