import { Mongoose, type Connection, type ConnectOptions, type Query, type Schema } from 'mongoose';
import { mongoStores, type MongoStores } from 'sallyport/mongo';
import {
  apiKeyStoreContract,
  rateLimitStoreContract,
  replayStoreContract,
  revocationStoreContract,
  userStoreContract,
} from 'sallyport/testing';
import { moduleCollections } from '../../../service/storage/mongo/module-document';
import { mongoModules } from '../../../service/storage/mongo/modules';
import { databaseUri, describeMongo } from '../../support/mongo';
import { moduleStoreContract } from '../modules/module-store-contract';

/** What a host may have set or plugged in for all of its own models, on the connection that it lends us. */
interface HostSetting {
  readonly name: string;
  readonly apply?: (host: Mongoose) => void;
  readonly connection?: ConnectOptions;
}

const plugin = (change: (schema: Schema) => void) => (host: Mongoose) => void host.plugin(change);
const FILTERED = [
  'find',
  'findOne',
  'findOneAndUpdate',
  'updateOne',
  'deleteMany',
  'countDocuments',
] as const;

const SETTINGS: readonly HostSetting[] = [
  { name: 'sanitizeFilter', apply: (host) => host.set('sanitizeFilter', true) },
  {
    name: 'strict and strictQuery "throw", with validators',
    apply: (host) => host.set({ strict: 'throw', strictQuery: 'throw', runValidators: true }),
  },
  {
    name: 'no automatic indexes and collections, and commands that wait',
    apply: (host) => host.set({ autoIndex: false, autoCreate: false, bufferCommands: true }),
  },
  {
    name: 'timestamps and a version key for all',
    apply: plugin((schema) => schema.set('timestamps', true).set('optimisticConcurrency', true)),
  },
  {
    name: 'a tenant that every document and every filter must name',
    apply: plugin((schema) => {
      schema.add({ tenant: String });
      schema.path('tenant').required(true).default('a');
      schema.pre([...FILTERED], function (this: Query<unknown, unknown>) {
        void this.where({ tenant: 'b' });
      });
    }),
  },
  {
    name: 'soft deletion',
    apply: plugin((schema) => {
      schema.add({ deletedAt: Date });
      schema.pre(['deleteOne', 'deleteMany'], function (this: Query<unknown, unknown>) {
        void this.where({ deletedAt: { $exists: true } });
      });
      schema.pre(['find', 'findOne'], function (this: Query<unknown, unknown>) {
        void this.where({ deletedAt: { $exists: true } });
      });
    }),
  },
  {
    name: 'transformed output',
    apply: (host) => {
      const transform = () => ({ transformed: true });
      host.set({ toJSON: { transform }, toObject: { transform } });
      host.plugin((schema) => {
        schema.set('id', true).set('minimize', true).set('toJSON', { transform });
        schema.post('find', (documents: object[]) => void documents.splice(0));
        schema.post('findOne', (document: object | null) => {
          if (document) for (const name of Object.keys(document)) Reflect.deleteProperty(document, name);
        });
      });
    },
  },
  {
    name: 'values as the driver has them not by default',
    connection: { promoteLongs: false, useBigInt64: false, ignoreUndefined: true, bsonRegExp: true },
  },
  {
    name: 'a weak write concern and reads from anywhere',
    connection: { writeConcern: { w: 1 }, readPreference: 'nearest' },
  },
];

describeMongo.each(SETTINGS)('stores on the connection of a host that set $name', ({ apply, connection }) => {
  const host = new Mongoose();
  let shared: Connection;
  let opened = 0;

  beforeAll(async () => {
    apply?.(host);
    shared = await host.createConnection(databaseUri(), connection).asPromise();
  });
  afterAll(async () => {
    await shared.dropDatabase();
    await shared.destroy();
  });

  /** Empty stores: collections of their own. Which indexes these have is another test's. */
  const open = (): MongoStores =>
    mongoStores(shared, { prefix: `t${String(++opened)}_`, deadlineMs: 20_000 });

  it.each(userStoreContract)('users: $name', ({ run }) => run(() => open().users));
  it.each(revocationStoreContract)('revocations: $name', ({ run }) => run(() => open().revocations));
  it.each(apiKeyStoreContract)('API keys: $name', ({ run }) => run(() => open().apiKeys));
  it.each(replayStoreContract)('replays: $name', ({ run }) => run(() => open().replays));
  it.each(rateLimitStoreContract)('rate limits: $name', ({ run }) => run(() => open().rateLimits('test')));
  it.each(moduleStoreContract)('modules: $name', ({ run }) =>
    run(async () => {
      const collections = moduleCollections(shared);
      await collections.modules().deleteMany({});
      await collections.owners().deleteMany({});
      await collections.ensureIndexes();
      return mongoModules(collections);
    }),
  );

  it('keeps documents as they are kept without it', async () => {
    const stores = open();
    await stores.ensureIndexes();
    await stores.users.getOrCreate({ issuer: 'https://issuer.example', subject: 'alice' });
    const document = await shared.db!.collection(`t${String(opened)}_users`).findOne();
    expect(Object.keys(document!).sort()).toEqual(['_id', 'identity', 'living', 'revision', 'tombstones']);
  });
});
