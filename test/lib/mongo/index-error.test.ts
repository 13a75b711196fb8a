import mongoose from 'mongoose';
import { IndexError, mongoStores } from 'sallyport/mongo';
import { dropAndDestroy } from '../../support/database-uri';
import { databaseUri, describeMongo } from '../../support/mongo';

describeMongo('Indexes that cannot be made', () => {
  it('are told with their collection and the error of the driver', async () => {
    const connection = await mongoose.createConnection(databaseUri()).asPromise();
    await connection.collection('our_users').createIndexes([{ key: { buriedAt: 1 }, name: 'theirs' }]);
    const stores = mongoStores(connection, { prefix: 'our_' });
    const error: unknown = await stores.ensureIndexes().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IndexError);
    expect(error).toMatchObject({ name: 'IndexError', collection: 'our_users', cause: { code: 85 } });
    await dropAndDestroy(connection);
  });

  it('for want of a connection are told as the outage that it is', async () => {
    const stores = mongoStores(mongoose.createConnection());
    await expect(stores.ensureIndexes()).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('because the network fails are told as the driver does', async () => {
    const connection = await mongoose.createConnection(databaseUri()).asPromise();
    const { Collection, MongoNetworkError } = mongoose.mongo;
    jest.spyOn(Collection.prototype, 'createIndexes').mockRejectedValue(new MongoNetworkError('cut off'));
    await expect(mongoStores(connection).ensureIndexes()).rejects.toThrow(MongoNetworkError);
    jest.restoreAllMocks();
    await connection.destroy();
  });
});

it('names its collections, for whoever shards them or grants rights to them', () => {
  expect(mongoStores(mongoose.createConnection()).collections).toEqual([
    'sallyport_users',
    'sallyport_revocations',
    'sallyport_api_keys',
    'sallyport_replays',
    'sallyport_rate_limits',
  ]);
});
