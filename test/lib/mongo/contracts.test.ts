import type { Connection } from 'mongoose';
import { mongoStores, type MongoStores } from 'sallyport/mongo';
import {
  apiKeyStoreContract,
  rateLimitStoreContract,
  replayStoreContract,
  revocationStoreContract,
  userStoreContract,
} from 'sallyport/testing';
import { closeConnections, describeMongo, openConnection } from '../../support/mongo';

describeMongo('stores over MongoDB', () => {
  let connection: Connection;
  let opened = 0;

  beforeAll(async () => {
    connection = await openConnection();
  });

  afterAll(closeConnections);

  /** Empty stores: collections of their own, with their indexes. */
  async function open(): Promise<MongoStores> {
    const stores = mongoStores(connection, { prefix: `t${String(++opened)}_`, deadlineMs: 20_000 });
    await stores.ensureIndexes();
    return stores;
  }

  describe('users', () => {
    it.each(userStoreContract)('$name', ({ run }) => run(async () => (await open()).users));
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
    it.each(rateLimitStoreContract)('$name', ({ run }) => run(async () => (await open()).rateLimits('test')));
  });
});
