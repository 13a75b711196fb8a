import type { Connection } from 'mongoose';
import type { ApiKeyRecord } from 'sallyport';
import { mongoStores, type MongoStores } from 'sallyport/mongo';
import { closeConnections, describeMongo, openConnection } from '../../support/mongo';
import { listenToCommands, planOf, type SentCommand } from '../../support/mongo-commands';

const alice = { issuer: 'https://issuer.example', subject: 'alice' };
const until = Date.now() + 3_600_000;

const key: ApiKeyRecord = {
  ...alice,
  id: 'k',
  hash: '0'.repeat(64),
  userId: 'u',
  name: 'key',
  scopes: ['modules:read'],
  createdAt: 1000,
  expiresAt: undefined,
  lastUsedAt: undefined,
};

interface Query {
  readonly name: string;
  readonly run: (stores: MongoStores) => unknown;
  /** What goes over the wire. */
  readonly sends: readonly string[];
}

const QUERIES: readonly Query[] = [
  {
    name: 'a user seen for the first time',
    run: ({ users }) => users.getOrCreate({ ...alice, subject: 'new' }),
    sends: ['findAndModify'],
  },
  { name: 'a user seen before', run: ({ users }) => users.getOrCreate(alice), sends: ['findAndModify'] },
  { name: 'finding a user', run: ({ users }) => users.find(alice), sends: ['find'] },
  {
    name: 'filling a profile',
    run: ({ users }) => users.fill(alice, { name: 'Alice' }, 1000),
    sends: ['find', 'update'],
  },
  { name: 'burying a user', run: ({ users }) => users.bury(alice, 2000), sends: ['find', 'update'] },
  { name: 'tombstones since', run: ({ users }) => users.buried(1000), sends: ['find'] },
  {
    name: 'revoking',
    run: ({ revocations }) => revocations.add([{ by: 'sid', issuer: 'i', value: 's', until }]),
    sends: ['findAndModify'],
  },
  { name: 'reading all revocations', run: ({ revocations }) => revocations.read(), sends: ['find'] },
  {
    name: 'following revocations',
    run: ({ revocations }) => revocations.read('1700000000.1'),
    sends: ['find'],
  },
  {
    name: 'forgetting revocations',
    run: ({ revocations }) => revocations.removeExpired(1000),
    sends: ['delete'],
  },
  { name: 'adding a key', run: ({ apiKeys }) => apiKeys.add(key, 50), sends: ['update'] },
  { name: 'finding a key', run: ({ apiKeys }) => apiKeys.find('k'), sends: ['find'] },
  { name: "listing one's keys", run: ({ apiKeys }) => apiKeys.list('u'), sends: ['find'] },
  { name: "noting a key's use", run: ({ apiKeys }) => apiKeys.noteUse('k', 2000), sends: ['update'] },
  {
    name: 'ending a key that was rotated',
    run: ({ apiKeys }) => apiKeys.retire!('u', 'k', 'next', 3000),
    sends: ['update'],
  },
  { name: 'deleting a key', run: ({ apiKeys }) => apiKeys.delete('u', 'k'), sends: ['update'] },
  { name: "deleting one's keys", run: ({ apiKeys }) => apiKeys.deleteAll('u'), sends: ['findAndModify'] },
  {
    name: 'claiming a message',
    run: ({ replays }) => replays.claim('m', 'h', 1000),
    sends: ['findAndModify'],
  },
  {
    name: 'completing a message',
    run: ({ replays }) => replays.complete('m', 1000),
    sends: ['findAndModify'],
  },
  { name: 'releasing a message', run: ({ replays }) => replays.release('m', 'h'), sends: ['delete'] },
  {
    name: 'counting a hit',
    run: ({ rateLimits }) => rateLimits('l').increment('k'),
    sends: ['findAndModify'],
  },
  {
    name: 'counting a hit again',
    run: ({ rateLimits }) => rateLimits('l').increment('k'),
    sends: ['findAndModify'],
  },
  { name: 'taking a hit back', run: ({ rateLimits }) => rateLimits('l').decrement('k'), sends: ['update'] },
  { name: 'reading hits', run: ({ rateLimits }) => rateLimits('l').get!('k'), sends: ['find'] },
  { name: 'resetting a key', run: ({ rateLimits }) => rateLimits('l').resetKey('k'), sends: ['delete'] },
];

const WRITES = ['findAndModify', 'update', 'delete', 'insert'];

describeMongo('every query of the stores', () => {
  let connection: Connection;
  const sent = new Map<string, SentCommand[]>();

  beforeAll(async () => {
    connection = await openConnection(undefined, { monitorCommands: true });
    const commands = listenToCommands(connection);
    const stores = mongoStores(connection, { deadlineMs: 20_000 });
    await stores.ensureIndexes();
    commands.take();
    for (const { name, run } of QUERIES) {
      await run(stores);
      sent.set(name, commands.take());
    }
  });
  afterAll(closeConnections);

  it.each(QUERIES)('takes no more round trips than it must: $name', ({ name, sends }) => {
    expect(sent.get(name)!.map((command) => command.name)).toEqual(sends);
  });

  it.each(QUERIES)('uses an index: $name', async ({ name }) => {
    for (const command of sent.get(name)!) {
      const plan = await planOf(connection, command);
      expect(plan).not.toContain('COLLSCAN');
      expect(plan.join(' ')).toMatch(/IXSCAN|IDHACK|EXPRESS/);
    }
  });

  it.each(QUERIES)('asks the primary, and is answered when a majority has it: $name', ({ name }) => {
    for (const { name: kind, command } of sent.get(name)!) {
      if (WRITES.includes(kind)) expect(command['writeConcern']).toMatchObject({ w: 'majority' });
      expect(command['$readPreference']?.mode ?? 'primary').toBe('primary');
    }
  });

  it('is listed here: a store has no method that the list leaves out', () => {
    const stores = mongoStores(connection);
    const listed = QUERIES.map(({ run }) => String(run)).join('\n');
    for (const store of [stores.users, stores.revocations, stores.apiKeys, stores.replays]) {
      // A change stream reads the oplog and no collection.
      const methods = Object.keys(store).filter((method) => method !== 'watch');
      for (const method of methods) expect(listed).toContain(`.${method}(`);
    }
  });
});
