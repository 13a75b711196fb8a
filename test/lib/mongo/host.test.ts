import mongoose, { type Connection } from 'mongoose';
import { mongoStores } from 'sallyport/mongo';
import { closeConnections, databaseUri, describeMongo, openConnection } from '../../support/mongo';

const alice = { issuer: 'https://issuer.example', subject: 'alice' };

describe('options of mongoStores', () => {
  const connection = mongoose.createConnection();

  it.each<[string, object, RegExp]>([
    ['an unknown option', { prefixes: 'x' }, /unknown option "prefixes"/],
    ['an empty prefix', { prefix: '' }, /"prefix"/],
    ['a prefix that is no name', { prefix: 'a.$b' }, /"prefix"/],
    ['a deadline of nothing', { deadlineMs: 0 }, /deadlineMs/],
  ])('are refused at mount: %s', (_name, options, message) => {
    expect(() => mongoStores(connection, options)).toThrow(TypeError);
    expect(() => mongoStores(connection, options)).toThrow(message);
  });

  it('name the clash with a model that the host has under that name', () => {
    const host = mongoose.createConnection();
    host.model('sallyport_users', new mongoose.Schema({}, { autoCreate: false, autoIndex: false }));
    expect(() => mongoStores(host)).toThrow(/"sallyport_users" already; give another "prefix"/);
    expect(() => mongoStores(host, { prefix: 'mine_' })).not.toThrow();
  });
});

describe('a database that was never reached', () => {
  it('is an outage at once, not a queue of commands', async () => {
    const { users } = mongoStores(mongoose.createConnection());
    const started = performance.now();
    await expect(users.find(alice)).rejects.toMatchObject({ status: 503, code: 'store_unavailable' });
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

describeMongo("the host's connection", () => {
  afterAll(closeConnections);

  const names = async (connection: Connection): Promise<string[]> =>
    (await connection.listCollections()).map(({ name }) => name).sort();

  it('keeps its own models, collections and settings', async () => {
    const connection = await openConnection();
    const User = connection.model('User', new mongoose.Schema({ nick: String }));
    await User.create({ nick: 'host' });
    const stores = mongoStores(connection, { prefix: 'auth_' });
    await stores.ensureIndexes();
    await stores.users.getOrCreate(alice);
    expect(await User.countDocuments()).toBe(1);
    const ours = ['auth_api_keys', 'auth_rate_limits', 'auth_replays', 'auth_revocations', 'auth_users'];
    expect(await names(connection)).toEqual([...ours, 'users']);
    expect(connection.get('bufferCommands')).not.toBe(false);
  });

  it('makes no collection and no index before it is asked to', async () => {
    const connection = await openConnection();
    mongoStores(connection);
    await connection.db!.command({ ping: 1 });
    expect(await names(connection)).toEqual([]);
  });

  it('makes its indexes as often as it is asked to, from several processes at once', async () => {
    const uri = databaseUri();
    const hosts = await Promise.all([1, 2, 3].map(() => openConnection(uri)));
    const all = hosts.map((host) => mongoStores(host));
    await Promise.all(all.map((stores) => stores.ensureIndexes()));
    await all[0]!.ensureIndexes();
    const indexes = await hosts[0]!.collection('sallyport_api_keys').indexes();
    expect(indexes.map(({ key }) => key)).toEqual([{ _id: 1 }, { 'keys.key': 1 }]);
  });

  it('is shared by stores that are made twice', async () => {
    const connection = await openConnection();
    const [first, second] = [mongoStores(connection), mongoStores(connection)];
    const user = await first.users.getOrCreate(alice);
    expect(await second.users.find(alice)).toEqual(user);
  });

  it('lets the server delete counts and messages when their time is over', async () => {
    const connection = await openConnection();
    await mongoStores(connection).ensureIndexes();
    for (const name of ['sallyport_rate_limits', 'sallyport_replays']) {
      expect(await connection.collection(name).indexes()).toContainEqual(
        expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
      );
    }
  });

  it('keeps identities apart that BSON would make one', async () => {
    const { users, replays, apiKeys } = mongoStores(await openConnection());
    const odd = ['\ud800', '\ud801', '\ufffd'];
    const made = await Promise.all(odd.map((subject) => users.getOrCreate({ ...alice, subject })));
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    expect(made.map(({ subject }) => subject)).toEqual(odd);
    expect(await Promise.all(odd.map((id) => replays.claim(id, 'h', 60_000)))).toEqual(
      odd.map(() => 'claimed'),
    );
    expect(await Promise.all(odd.map((id) => apiKeys.find(id)))).toEqual(odd.map(() => undefined));
  });
});
