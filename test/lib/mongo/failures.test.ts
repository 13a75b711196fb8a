import mongoose, { type Connection } from 'mongoose';
import { StoreUnavailableError } from 'sallyport';
import { mongoShelves, mongoStores, type MongoShelves, type MongoStores } from 'sallyport/mongo';
import { closeConnections, describeMongo, openConnection } from '../../support/mongo';

const alice = { issuer: 'https://issuer.example', subject: 'alice' };
const until = Date.now() + 3_600_000;
const key = {
  ...{ ...alice, id: 'k', hash: '0'.repeat(64), userId: 'u', name: 'key', scopes: [], createdAt: 1 },
  ...{ expiresAt: undefined, lastUsedAt: 2000 },
};

describeMongo('a store whose database refuses', () => {
  let connection: Connection;
  let stores: MongoStores;
  let shelves: MongoShelves;
  let made = 0;

  beforeAll(async () => {
    connection = await openConnection();
  });
  beforeEach(async () => {
    const prefix = `f${String(++made)}_`;
    stores = mongoStores(connection, { prefix, deadlineMs: 20_000 });
    shelves = mongoShelves(connection, { prefix });
    await stores.ensureIndexes();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(closeConnections);

  const { prototype } = mongoose.mongo.Collection;
  const refusal = () => new mongoose.mongo.MongoServerError({ code: 13, errmsg: 'not authorized' });

  it('adds no key, and does not take the refusal for a limit', async () => {
    jest.spyOn(prototype, 'updateOne').mockRejectedValue(refusal());
    await expect(stores.apiKeys.add(key, 50)).rejects.toBeInstanceOf(StoreUnavailableError);
    jest.restoreAllMocks();
    expect(await stores.apiKeys.find('k')).toBeUndefined();
  });

  it('fills no profile, and does not try again as after a race', async () => {
    const insert = jest.spyOn(prototype, 'insertOne').mockRejectedValue(refusal());
    await expect(stores.users.fill(alice, { name: 'Alice' }, 1000)).rejects.toBeInstanceOf(
      StoreUnavailableError,
    );
    expect(insert).toHaveBeenCalledTimes(1);
    expect(await stores.users.find(alice)).toBeUndefined();
  });

  it('revokes nothing where the entry is gone before it was read', async () => {
    jest.spyOn(prototype, 'findOneAndUpdate').mockResolvedValue(null);
    const revoking = stores.revocations.add([{ by: 'sid', issuer: 'i', value: 's', until }]);
    await expect(revoking).rejects.toThrow('deleted while it was made');
  });

  it('moves no key into it', async () => {
    jest.spyOn(prototype, 'updateOne').mockRejectedValue(refusal());
    await expect(shelves.apiKeys.add([key])).rejects.toThrow('not authorized');
  });
});

describeMongo('keys and users that are moved', () => {
  afterAll(closeConnections);

  async function open() {
    const connection = await openConnection();
    const stores = mongoStores(connection, { deadlineMs: 20_000 });
    await stores.ensureIndexes();
    return { stores, shelves: mongoShelves(connection) };
  }

  async function all<T>(parts: AsyncIterable<readonly T[]>): Promise<T[]> {
    const entries: T[] = [];
    for await (const part of parts) entries.push(...part);
    return entries;
  }

  it('lie where the stores look that were made without a prefix', async () => {
    const { stores, shelves } = await open();
    await shelves.apiKeys.add([key]);
    expect(await stores.apiKeys.find('k')).toEqual(key);
    await stores.users.getOrCreate(alice);
    const users = await all(shelves.users.read());
    expect(users).toMatchObject([alice]);
    expect(await shelves.users.find(users)).toEqual(users);
    expect(await shelves.apiKeys.find([key, { ...key, id: 'other' }])).toEqual([key, undefined]);
  });

  it('stay as they are where they are there already', async () => {
    const { stores, shelves } = await open();
    await stores.apiKeys.add(key, 50);
    await shelves.apiKeys.add([{ ...key, name: 'later' }]);
    expect(await all(shelves.apiKeys.read())).toEqual([key]);
    await shelves.users.add([]);
    expect(await all(shelves.users.read())).toEqual([]);
  });

  it('are read to the last, however many', async () => {
    const { shelves } = await open();
    const entries = Array.from({ length: 401 }, (_, n) => {
      const identity = { ...alice, subject: `u${String(n)}` };
      return {
        ...identity,
        record: { living: { ...identity, id: `id${String(n)}`, createdAt: 1 }, tombstones: [] },
      };
    });
    await shelves.users.add(entries as never);
    const read = await all(shelves.users.read());
    expect(new Set(read.map(({ subject }) => subject)).size).toBe(401);
  });

  it('are never more than the limit, not even where it is none', async () => {
    const { stores } = await open();
    expect(await stores.apiKeys.add(key, 0)).toBe('limit');
    expect(await stores.apiKeys.list('u')).toEqual([]);
  });
});

describeMongo('revocations of a server that tells no time of its own', () => {
  afterAll(closeConnections);

  it('are followed by the time of the last of them', async () => {
    const connection = await openConnection();
    const { revocations } = mongoStores(connection);
    const client = connection.getClient();
    const start = client.startSession.bind(client);
    jest.spyOn(client, 'startSession').mockImplementation((options) =>
      Object.defineProperty(start(options), 'operationTime', {
        get: () => undefined,
        set: () => undefined,
      }),
    );
    const nothing = await revocations.read('7.1');
    expect(nothing).toEqual({ revocations: [], position: '7.1' });
    const [added] = await revocations.add([{ by: 'sid', issuer: 'i', value: 's', until }]);
    const page = await revocations.read(nothing.position);
    expect(page.revocations).toEqual([added]);
    expect(Number.parseInt(page.position, 10)).toBeGreaterThan(1_700_000_000);
    expect((await revocations.read(page.position)).position).toBe(page.position);
  });
});
