import mongoose, { type Connection } from 'mongoose';
import { mongoStores, type MongoStores } from 'sallyport/mongo';
import { closeConnections, describeMongo, openConnection } from '../../support/mongo';

const alice = { issuer: 'https://issuer.example', subject: 'alice' };
const until = Date.now() + 3_600_000;
const key = {
  ...{ ...alice, id: 'k', hash: '0'.repeat(64), userId: 'u', name: 'key', scopes: [], createdAt: 1 },
  ...{ expiresAt: undefined, lastUsedAt: undefined },
};

/** As the server words it when another upsert of the same key came first. */
const duplicateKey = () => new mongoose.mongo.MongoServerError({ code: 11_000, keyPattern: { _id: 1 } });

describeMongo('an upsert that lost its race', () => {
  let connection: Connection;
  let stores: MongoStores;
  let made = 0;

  beforeAll(async () => {
    connection = await openConnection();
  });
  beforeEach(async () => {
    stores = mongoStores(connection, { prefix: `r${String(++made)}_`, deadlineMs: 20_000 });
    await stores.ensureIndexes();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(closeConnections);

  const { prototype } = mongoose.mongo.Collection;

  /** The next upsert answers so, once. */
  function interfere(answer: 'E11000' | 'nothing'): void {
    const upsert = jest.spyOn(prototype, 'findOneAndUpdate');
    if (answer === 'E11000') upsert.mockRejectedValueOnce(duplicateKey());
    else upsert.mockResolvedValueOnce(null);
  }

  describe.each(['E11000', 'nothing'] as const)('and was answered with %s', (answer) => {
    it('finds the user whom the other made', async () => {
      const theirs = await stores.users.getOrCreate(alice);
      interfere(answer);
      expect(await stores.users.getOrCreate(alice)).toEqual(theirs);
    });

    it('counts the hit after the other one', async () => {
      const limits = stores.rateLimits('l');
      await limits.increment('k');
      interfere(answer);
      // Answered with nothing it was counted: only the count has to be read.
      expect((await limits.increment('k')).totalHits).toBe(answer === 'E11000' ? 2 : 1);
    });

    it('lengthens the revocation that the other added', async () => {
      await stores.revocations.add([{ by: 'sid', issuer: 'i', value: 's', until }]);
      interfere(answer);
      const [kept] = await stores.revocations.add([{ by: 'sid', issuer: 'i', value: 's', until }]);
      expect(kept).toEqual({ by: 'sid', issuer: 'i', value: 's', until });
    });

    it('leaves the message to the other', async () => {
      await stores.replays.claim('m', 'theirs', 60_000);
      interfere(answer);
      expect(await stores.replays.claim('m', 'ours', 60_000)).toBe('busy');
    });
  });

  it('reads a user once more, and no more than that', async () => {
    await stores.users.getOrCreate(alice);
    interfere('E11000');
    const reads = jest.spyOn(prototype, 'findOne');
    await stores.users.getOrCreate(alice);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it('adds a key to those that the other began', async () => {
    await stores.apiKeys.add({ ...key, id: 'theirs' }, 50);
    jest.spyOn(prototype, 'updateOne').mockRejectedValueOnce(duplicateKey());
    expect(await stores.apiKeys.add(key, 50)).toBe('added');
    expect((await stores.apiKeys.list('u')).map(({ id }) => id)).toEqual(['theirs', 'k']);
  });

  it('buries a user whom another request changed between reading and writing', async () => {
    const { id } = await stores.users.getOrCreate(alice);
    const { replaceOne } = prototype;
    jest.spyOn(prototype, 'replaceOne').mockImplementationOnce(async function (this: object, ...args) {
      await stores.users.fill(alice, { name: 'Alice' }, 1000);
      return replaceOne.apply(this as never, args);
    });
    expect(await stores.users.bury(alice, 5000)).toEqual([{ ...alice, userId: id, erasedAt: 5000 }]);
    expect(await stores.users.find(alice)).toBeUndefined();
  });

  it('keeps the newest of many profiles that all were read before any was written', async () => {
    await stores.users.getOrCreate(alice);
    // The newest first, so that each later write would put an older one in its place.
    const fills = Array.from({ length: 20 }, (_, n) =>
      stores.users.fill(alice, { name: `name ${String(20 - n)}` }, 20 - n),
    );
    await Promise.all(fills);
    expect(await stores.users.find(alice)).toMatchObject({ name: 'name 20' });
  });

  it('passes any other error of the server on as an outage', async () => {
    const other = new mongoose.mongo.MongoServerError({ code: 10_107, message: 'not primary' });
    jest.spyOn(prototype, 'findOneAndUpdate').mockRejectedValueOnce(other);
    await expect(stores.users.getOrCreate(alice)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
