import mongoose, { type Connection } from 'mongoose';
import { startSecantusDb } from '../../../scripts/database/secantusdb';
import type { Hindrance } from '../../../service/storage/hindrance';
import { openMongoStorage } from '../../../service/storage/mongo/storage';
import { UnusableStoreError } from '../../../service/storage/unusable-store';
import { builtService } from '../../support/built-service';
import { cleanUp, later } from '../../support/clean-up';
import { temporaryFolder } from '../../support/clean-up';
import { guardedDatabase } from '../../support/guarded-database';
import { databaseUri, describeMongo, dropDatabase } from '../../support/mongo';
import { startProcess } from '../../support/service-process';

jest.setTimeout(60_000);
afterAll(cleanUp);
afterEach(() => jest.restoreAllMocks());

/** Rejects as the service does; a storage that opens after all is closed again. */
async function opening(uri: string): Promise<void> {
  const storage = await openMongoStorage({ uri });
  await storage.close();
}

async function refusalOf(uri: string): Promise<string> {
  const error: unknown = await opening(uri).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UnusableStoreError);
  // What the driver and the server say may have data in it, and is in the sentence by its code alone.
  expect((error as Error).cause).toBeUndefined();
  return (error as Error).message;
}

describeMongo('A database with users of its own', () => {
  let uriOf: Awaited<ReturnType<typeof guardedDatabase>>;
  beforeAll(async () => {
    uriOf = await guardedDatabase();
  });

  it('is used by one who may write', async () => {
    await expect(opening(uriOf('writer'))).resolves.toBeUndefined();
  });

  it.each([
    [
      'a wrong password',
      () => uriOf('writer', 'hunter2'),
      /refuses the user and password .*authSource.*"admin"/,
    ],
    [
      'one who may only read',
      () => uriOf('reader'),
      /may not read, write and make indexes in "app": .*readWrite/,
    ],
    ['one who may nothing', () => uriOf('stranger'), /may not read, write and make indexes in "app"/],
    [
      'nobody',
      () => uriOf('writer').replace('writer:writer@', ''),
      /wants a user and a password, and MONGODB_URI has none/,
    ],
  ])('ends the start for %s', async (_, uri, sentence) => {
    const message = await refusalOf(uri());
    expect(message).toMatch(sentence);
    expect(message).not.toContain('hunter2');
  });

  it('ends the process with 1 and one line, which has no password in it', async () => {
    const env = {
      MONGODB_URI: uriOf('writer', 'hunter2'),
      AUTH_ISSUER: 'http://127.0.0.1:1',
      AUTH_AUDIENCE: 'a',
    };
    const service = startProcess(builtService(), temporaryFolder(), env);
    expect(await service.ended).toEqual({ code: 1, signal: null });
    const lines = service.stdout().trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'fatal',
      msg: 'cannot start',
      err: { message: expect.stringContaining('refuses the user and password') },
    });
    expect(service.stdout() + service.stderr()).not.toContain('hunter2');
  });
});

describeMongo('A single server', () => {
  it('ends the start, whether or not a replica set is named', async () => {
    const server = await startSecantusDb({}, ['--standalone']);
    later(() => server.stop());
    expect(await refusalOf(`${server.uri}/app`)).toMatch(/replica set is needed/);
    expect(await refusalOf(`${server.uri}/app?replicaSet=rs0`)).toMatch(
      /is a member of the replica set "rs0"/,
    );
  });
});

describeMongo('What is in the way', () => {
  let uri: string;
  let connection: Connection;
  beforeEach(async () => {
    uri = databaseUri();
    connection = await mongoose.createConnection(uri).asPromise();
  });
  afterEach(async () => {
    await connection.destroy();
    await dropDatabase(uri);
  });

  it('is named: an index of the same name', async () => {
    await connection.collection('modules').createIndexes([{ key: { owner: 1, moduleId: 1 } }]);
    expect(await refusalOf(uri)).toMatch(/collection modules has an index in the way .*code 86/);
  });

  it('is named: an index of the same fields', async () => {
    await connection.collection('sallyport_users').createIndexes([{ key: { buriedAt: 1 }, name: 'theirs' }]);
    expect(await refusalOf(uri)).toMatch(/collection sallyport_users has an index in the way .*code 85/);
  });

  it.each(['modules', 'module_owners'])('is named: documents in %s that are not ours', async (name) => {
    await connection.collection(name).insertOne({ title: 'theirs' });
    expect(await refusalOf(uri)).toContain(`${name} holds documents that are not sallyport's`);
    expect(await connection.collection(name).countDocuments()).toBe(1);
    expect(await connection.collection(name).indexes()).toHaveLength(1);
  });

  it('is named: documents that the unique index cannot hold', async () => {
    const twice = { owner: 'o', moduleId: 'secret-id' };
    await connection.collection('modules').insertMany([{ ...twice }, { ...twice }]);
    const message = await refusalOf(uri);
    expect(message).toMatch(/collection modules holds documents .* or some of them twice/);
    expect(message).not.toContain('secret-id');
  });

  it('is named: a view', async () => {
    await connection.createCollection('sallyport_api_keys', { viewOn: 'others', pipeline: [] });
    expect(await refusalOf(uri)).toMatch(/sallyport_api_keys is a view and no plain collection/);
  });

  it('is not what the service itself has left there', async () => {
    const first = await openMongoStorage({ uri });
    await first.modules.save('owner', 'm', '{}', { limit: 10 });
    await first.close();
    await expect(opening(uri)).resolves.toBeUndefined();
  });
});

// No server at hand says these; the driver's own errors stand for them.
describeMongo('What only other servers say', () => {
  const { Db, MongoServerError, MongoCompatibilityError } = mongoose.mongo;
  const uri = databaseUri();
  afterAll(() => dropDatabase(uri));

  const saying = (error: Error): void => {
    jest.spyOn(Db.prototype, 'command').mockRejectedValue(error);
  };

  it('a wrong password on Atlas', async () => {
    const error = new MongoServerError({ code: 8000, message: 'bad auth : authentication failed' });
    error.addErrorLabel('HandshakeError');
    saying(error);
    expect(await refusalOf(uri)).toMatch(/refuses the user and password/);
  });

  it('a server that is too old for the driver', async () => {
    saying(new MongoCompatibilityError('reports maximum wire version 6'));
    expect(await refusalOf(uri)).toMatch(/too old/);
  });

  it('is waited for where it does not say that nothing can help', async () => {
    saying(new MongoServerError({ code: 10_107, message: 'not primary' }));
    const told: (Hindrance | undefined)[] = [];
    const storage = await openMongoStorage({ uri, onHindrance: (hindrance) => told.push(hindrance) });
    expect(told).toEqual([{ kind: 'other', says: 'The database answers with an error (code 10107).' }]);
    await storage.close();
  });
});
