import { memoryReplays } from '../../../lib/replays/memory-replays';
import { replayStoreContract } from '../../../lib/testing/contracts/replay-store';

describe('memoryReplays', () => {
  it.each(replayStoreContract)('$name', ({ run }) => run(() => memoryReplays()));
});
