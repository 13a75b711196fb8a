import {
  apiKeyStoreContract,
  rateLimitStoreContract,
  replayStoreContract,
  revocationStoreContract,
  userStoreContract,
} from 'sallyport/testing';
import { openMongoStorage } from '../../../service/storage/mongo/storage';
import type { Storage } from '../../../service/storage/storage';
import { databaseUri, describeMongo } from '../../support/mongo';
import { dropDatabase } from '../../support/mongo';
import { moduleStoreContract } from '../modules/module-store-contract';

describeMongo('the service over MongoDB', () => {
  const opened: { uri: string; storage: Storage }[] = [];

  /** Storage in a database of its own. */
  async function open(): Promise<Storage> {
    const uri = databaseUri();
    // A test database on a busy machine needs more than the service's 2000 ms.
    const storage = await openMongoStorage({ uri, deadlineMs: 20_000 });
    opened.push({ uri, storage });
    return storage;
  }

  afterEach(async () => {
    for (const { uri, storage } of opened.splice(0)) {
      await storage.close();
      await dropDatabase(uri);
    }
  });

  describe('users', () => {
    it.each(userStoreContract)('$name', ({ run }) => run(async () => (await open()).users));
  });
  describe('modules', () => {
    it.each(moduleStoreContract)('$name', ({ run }) => run(async () => (await open()).modules));
  });
  describe('revocations', () => {
    it.each(revocationStoreContract)('$name', ({ run }) => run(async () => (await open()).revocations));
  });
  describe('API keys', () => {
    it.each(apiKeyStoreContract)('$name', ({ run }) => run(async () => (await open()).apiKeys));
  });
  describe('replays', () => {
    it.each(replayStoreContract)('$name', ({ run }) => run(async () => (await open()).replays));
  });
  describe('rate limits', () => {
    it.each(rateLimitStoreContract)('$name', ({ run }) =>
      run(async () => (await open()).rateLimits!('test')),
    );
  });
});
