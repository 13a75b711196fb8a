import mongoose from 'mongoose';
import { mongoStores } from 'sallyport/mongo';
import { openLink } from '../../../service/storage/mongo/connection';
import { openMongoStorage } from '../../../service/storage/mongo/storage';
import { databaseUri, describeMongo, dropDatabase } from '../../support/mongo';
import { listenToCommands, type SentCommand } from '../../support/mongo-commands';

const alice = { issuer: 'https://issuer.example', subject: 'alice' };

describe('opening storage in MongoDB', () => {
  it.each([
    'mongodb://',
    'mongodb://host:port/x',
    'mongodb://127.0.0.1:1/x?authMechanism=bogus',
    'redis://x',
  ])('ends at once with a connection string that can never work: %s', async (uri) => {
    await expect(openMongoStorage({ uri })).rejects.toMatchObject({ name: expect.stringMatching(/^Mongo/) });
  });
});

describe('a database that was not there at the start', () => {
  it('says what hinders it: the log would otherwise tell a wrong password from a wrong port by nothing', async () => {
    const storage = await openMongoStorage({ uri: 'mongodb://127.0.0.1:1/x' });
    await expect(storage.check()).rejects.toMatchObject({
      code: 'store_unavailable',
      cause: { cause: { message: expect.stringContaining('ECONNREFUSED') } },
    });
    await storage.close();
  });
});

describeMongo('storage in MongoDB', () => {
  const uri = databaseUri();
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => dropDatabase(uri));

  it('is refused on a server that has no transactions', async () => {
    const { Db } = mongoose.mongo;
    const command = Db.prototype.command;
    jest.spyOn(Db.prototype, 'command').mockImplementation(async function (this: object, ...args) {
      const answer = (await command.apply(this as never, args)) as Record<string, unknown>;
      return 'hello' in args[0] ? { ...answer, setName: undefined } : answer;
    });
    await expect(openMongoStorage({ uri })).rejects.toThrow(/replica set is needed/);
  });

  it('has its indexes before it is ready', async () => {
    const storage = await openMongoStorage({ uri });
    await storage.check();
    const connection = await mongoose.createConnection(uri).asPromise();
    const keys = async (name: string) => (await connection.collection(name).indexes()).map(({ key }) => key);
    expect(await keys('modules')).toContainEqual({ owner: 1, moduleId: 1 });
    expect(await keys('sallyport_rate_limits')).toContainEqual({ expiresAt: 1 });
    await connection.destroy();
    await storage.close();
  });

  it('says store_unavailable to every call once it is closed', async () => {
    const { users, modules, apiKeys, replays, check, close } = await openMongoStorage({ uri });
    await close();
    const calls = [
      () => users.find(alice),
      () => modules.get('o', 'm'),
      () => apiKeys.list('u'),
      () => replays.claim('m', 'h', 1000),
      () => check(),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('tells its host which store failed, and nothing of what the driver said', async () => {
    const events: unknown[] = [];
    const storage = await openMongoStorage({ uri, onEvent: (event) => events.push(event) });
    await storage.close();
    await expect(storage.users.find(alice)).rejects.toThrow();
    expect(events).toEqual([{ type: 'store_failed', store: 'users', failure: 'error' }]);
  });
});

describeMongo('the connection string', () => {
  const sent = async (query: string): Promise<SentCommand[]> => {
    const uri = new URL(databaseUri());
    uri.search = `monitorCommands=true${query}`;
    const connection = mongoose.createConnection();
    const link = await openLink({ uri: uri.href, connection, prepare: () => Promise.resolve() });
    const commands = listenToCommands(connection);
    await mongoStores(connection).users.getOrCreate(alice);
    await connection.dropDatabase();
    await link.close();
    return commands.take().filter(({ name }) => name === 'findAndModify');
  };

  it.each([
    ['', true],
    ['&retryWrites=true', true],
    ['&retryWrites=false', false],
  ])('decides whether writes are retried: %j', async (query, retried) => {
    const [{ command } = { command: {} }] = await sent(query);
    expect('txnNumber' in command).toBe(retried);
    expect(command).toMatchObject({ writeConcern: { w: 'majority' } });
  });
});
