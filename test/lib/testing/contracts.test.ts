import { memoryRevocations, type RevocationStore } from 'sallyport';
import { rateLimitStoreContract, revocationStoreContract } from 'sallyport/testing';
import type { Store } from 'express-rate-limit';
import { MemoryStore } from 'express-rate-limit';

/** Stores that do all that they must, and nothing that they only may. */
describe('The contract of a store without what is optional', () => {
  function timeless(): RevocationStore {
    const { add, read, removeExpired } = memoryRevocations();
    const readWithoutTime: RevocationStore['read'] = async (after) => {
      const { revocations, position } = await read(after);
      return { revocations, position };
    };
    return { add, read: readWithoutTime, removeExpired };
  }

  function uncounted(): Store {
    const store = new MemoryStore();
    return {
      init: (options) => {
        store.init(options);
      },
      increment: (key) => store.increment(key),
      decrement: (key) => store.decrement(key),
      resetKey: (key) => store.resetKey(key),
      resetAll: () => store.resetAll(),
      shutdown: () => {
        store.shutdown();
      },
    };
  }

  it.each(revocationStoreContract)('revocations: $name', ({ run }) => run(timeless));
  it.each(rateLimitStoreContract)('rate limits: $name', ({ run }) => run(uncounted));
});
