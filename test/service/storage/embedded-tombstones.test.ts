import { type EnvironmentOptions, Environment } from '../../../service/storage/embedded/environment';
import { digestOf } from '../../../service/storage/embedded/keys';
import { embeddedUsers } from '../../../service/storage/embedded/users';
import { embeddedFolders } from '../../support/embedded-folder';

const alice = { issuer: 'https://issuer.example', subject: 'alice' };
const key = digestOf(alice.issuer, alice.subject);
const folders = embeddedFolders();
const opened: Environment[] = [];

afterEach(async () => {
  for (const environment of opened.splice(0)) await environment.close();
  await folders.clear();
});

function open(options: EnvironmentOptions = { folder: folders.folder(), sync: false }): Environment {
  const environment = new Environment(options);
  opened.push(environment);
  return environment;
}

/** What one identity takes up: bytes of its record, and entries of the index. */
const size = (environment: Environment) =>
  environment.read(({ users, tombstones }) => ({
    bytes: users.get(key)?.length,
    entries: tombstones.getKeysCount(),
  }));

it('an erasure writes as much after a thousand of the same user as after fifty', async () => {
  const environment = open();
  const users = embeddedUsers(environment);
  const sizes = new Map<number, { bytes: number | undefined; entries: number }>();
  for (let n = 1; n <= 1000; n += 1) {
    await users.getOrCreate(alice);
    await users.bury(alice, 1_700_000_000_000 + n);
    sizes.set(n, await size(environment));
  }
  expect(sizes.get(1000)).toEqual(sizes.get(50));
  expect(sizes.get(1000)!.entries).toBeLessThan(40);
});

it('a record that has a thousand tombstones is read, and is of the bounded form after the next erasure', async () => {
  const environment = open();
  const users = embeddedUsers(environment);
  const old = Array.from({ length: 1000 }, (_, n) => ({ ...alice, userId: `u${String(n)}`, erasedAt: n }));
  await environment.write((tables) => {
    tables.users.putSync(key, JSON.stringify({ tombstones: old }));
    for (const { erasedAt } of old) tables.tombstones.putSync([erasedAt, key], '');
  });
  expect(await users.buried(0)).toEqual(old);
  const { id } = await users.getOrCreate(alice);
  const tombstones = await users.bury(alice, 5000);
  expect(tombstones.at(-1)).toEqual({ ...alice, userId: id, erasedAt: 5000 });
  expect(tombstones.length).toBeLessThan(40);
  expect(await users.buried(0)).toEqual(tombstones);
  expect((await size(environment)).entries).toBe(tombstones.length);
});
