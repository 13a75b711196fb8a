import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startSecantusDb } from '../../../scripts/database/secantusdb';
import { folderHindrance } from '../../../service/storage/embedded/folder-hindrance';
import type { Hindrance } from '../../../service/storage/hindrance';
import { databaseHindrance } from '../../../service/storage/mongo/database-hindrance';
import { openMongoStorage } from '../../../service/storage/mongo/storage';
import { selfSigned } from '../../support/certificate';
import { cleanUp, later, temporaryFolder } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { describeMongo } from '../../support/mongo';
import { ownDatabaseServer } from '../../support/own-database-server';
import { startService } from '../../support/service';

jest.setTimeout(60_000);
afterEach(cleanUp);

async function hindrancesOf(uri: string): Promise<(Hindrance | undefined)[]> {
  const told: (Hindrance | undefined)[] = [];
  const storage = await openMongoStorage({ uri, onHindrance: (hindrance) => told.push(hindrance) });
  later(() => storage.close());
  return told;
}

/** A server on loopback that does this with each connection. */
async function serverThat(act: (socket: { end: (text: string) => void }) => void): Promise<string> {
  const server = createServer(act).listen(0, '127.0.0.1');
  later(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `mongodb://127.0.0.1:${String((server.address() as AddressInfo).port)}/x`;
}

describe('A database that cannot be reached is waited for, and told by its kind:', () => {
  it.each([
    ['refused', () => 'mongodb://127.0.0.1:1/x', '127.0.0.1:1 refuses connections.'],
    [
      'dns',
      () => 'mongodb://db.invalid/x',
      /^The name db\.invalid:27017 can't be resolved \((ENOTFOUND|EAI_AGAIN)\)/,
    ],
    ['dns', () => 'mongodb+srv://db.invalid/x', /^The name db\.invalid can't be resolved/],
    ['closed', () => serverThat((socket) => socket.end('no')), /breaks connections off.*tls=true/],
    ['silent', () => serverThat(() => undefined), /does not answer/],
  ])('%s', async (kind, place, sentence) => {
    const told = await hindrancesOf(await place());
    expect(told).toEqual([
      { kind, says: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence) },
    ]);
  });

  it('a file of the connection string that is not there', async () => {
    const told = await hindrancesOf('mongodb://127.0.0.1:1/x?tls=true&tlsCAFile=/nowhere');
    expect(told).toEqual([{ kind: 'other', says: "The database can't be used (ENOENT)." }]);
  });
});

describeMongo('A database', () => {
  it('with a certificate of an unknown authority is waited for, and told as that', async () => {
    const folder = temporaryFolder();
    for (const [name, pem] of Object.entries(selfSigned())) writeFileSync(join(folder, name), pem);
    const tls = ['--tls-cert-file', join(folder, 'cert'), '--tls-key-file', join(folder, 'key')];
    const server = await startSecantusDb({}, tls);
    later(() => server.stop());
    const told = await hindrancesOf(`${server.uri}/x?tls=true`);
    expect(told).toEqual([
      { kind: 'tls', says: expect.stringMatching(/certificate .*SELF_SIGNED.*tlsCAFile/) },
    ]);
  });

  it('that comes, goes and comes back is told once each time', async () => {
    const server = await ownDatabaseServer();
    const told = await hindrancesOf(server.uri);
    await server.start();
    await eventually(() => Promise.resolve(told.length === 2));
    await server.stop();
    await eventually(() => Promise.resolve(told.length > 2));
    await server.start();
    await eventually(() => Promise.resolve(told.length > 3 && told.at(-1) === undefined));
    const refused = { kind: 'refused', says: expect.stringContaining('refuses connections') };
    expect(told.slice(0, 2).map((each) => each && { ...each })).toEqual([refused, undefined]);
    // Its connections are closed, and then, if that is seen before it is back, new ones refused.
    const kinds = told.slice(2, -1).map((each) => each?.kind);
    expect([['closed'], ['refused'], ['closed', 'refused']]).toContainEqual(kinds);
  });
});

it('A replica set without a primary is told as that', () => {
  const secondary = { type: 'RSSecondary', error: null };
  const lost = { type: 'Unknown', error: new Error('gone') };
  const servers = new Map(Object.entries({ 'a:1': lost, 'b:1': secondary }));
  expect(databaseHindrance(Object.assign(new Error('selection'), { reason: { servers } }))).toEqual({
    kind: 'no_primary',
    says: 'The replica set has no primary, so nothing can be written.',
  });
});

describe('The log of a service', () => {
  const lines = (log: Record<string, unknown>[]) =>
    log
      .filter(({ msg }) => String(msg).includes('the store'))
      .map(({ level, msg, kind }) => [level, msg, kind]);

  it('says once what it waits for, and once that it waits no more', async () => {
    const folder = join(temporaryFolder(), 'data');
    writeFileSync(folder, 'in the way');
    const service = await startService({ DATA_DIR: folder });
    const ready = () => service.with({}).get('/health/ready');
    for (let n = 0; n < 3; n += 1) expect((await ready()).status).toBe(503);
    expect(lines(service.log())).toEqual([['warn', 'waiting for the store', 'other']]);
    expect(service.logText()).toContain(`DATA_DIR ${folder} can't be used: what it names is no folder.`);
    rmSync(folder);
    await eventually(async () => (await ready()).status === 200);
    expect(lines(service.log())).toEqual([
      ['warn', 'waiting for the store', 'other'],
      ['info', 'the store can be used', undefined],
    ]);
  });

  it('says as an error that a folder it waited for is one it must not use', async () => {
    const folder = join(temporaryFolder(), 'data');
    writeFileSync(folder, 'in the way');
    const service = await startService({ DATA_DIR: folder });
    rmSync(folder);
    mkdirSync(folder);
    writeFileSync(join(folder, 'data.mdb'), 'theirs'.repeat(2000));
    await service.with({}).get('/health/ready');
    expect(lines(service.log()).at(-1)).toEqual(['error', 'the store cannot be used', 'unusable']);
  });
});

it.each([
  [{ code: 'EACCES' }, 'denied', 'the user that runs this process may not read and write it'],
  [{ code: 'EROFS' }, 'denied', 'it is on a read-only file system'],
  [{ code: 'ENOSPC' }, 'full', 'its disk is full'],
  [{ code: 28 }, 'full', 'its disk is full'],
  [{ cause: { code: 28 } }, 'full', 'its disk is full'],
  [{ code: 'EIO' }, 'other', 'EIO'],
  [{}, 'other', 'an error without a code'],
])('A folder that fails with %j is told as %s', (properties, kind, why) => {
  const error = Object.assign(new Error('what a library says'), properties);
  expect(folderHindrance(error, '/data')).toEqual({ kind, says: `DATA_DIR /data can't be used: ${why}.` });
});
