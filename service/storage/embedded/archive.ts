import type { ApiKeyRecord } from 'sallyport';
import type { Shelf, UserEntry } from 'sallyport/mongo';
import { type Archive, type ModuleEntry, revocationShelf } from '../archive';
import { indexKey, readAt as readKey, write as writeKey } from './api-keys';
import { type Access, Environment, type EnvironmentOptions, type Table, type Tables } from './environment';
import { digestOf } from './keys';
import { encode, read as readModule } from './modules';
import { embeddedRevocations } from './revocations';
import { keyOf as userKey, read as readUser, write as writeUser } from './users';

export interface EmbeddedArchiveOptions extends EnvironmentOptions {
  /** Whether all reads see the store as it is at the time of opening (a snapshot), even while a service writes. */
  readonly asOfNow?: boolean;
}

/** Rejects with `RefusedFolderError` for a folder that must not be used. */
export async function openEmbeddedArchive({ asOfNow, ...options }: EmbeddedArchiveOptions): Promise<Archive> {
  const environment = new Environment(options);
  await environment.open();
  const snapshot = asOfNow ? await environment.snapshot() : undefined;
  const access = snapshot?.access ?? environment;
  return {
    users: userShelf(access),
    modules: moduleShelf(access),
    apiKeys: apiKeyShelf(access),
    revocations: revocationShelf(embeddedRevocations(access)),
    close: () => {
      snapshot?.done();
      return environment.close();
    },
  };
}

type Key = Parameters<Table['get']>[0];

const AT_A_TIME = 100;

/** All keys of a table in order, in batches of 100, each read in its own transaction. */
async function* keysOf(environment: Access, table: keyof Tables): AsyncGenerator<Key[]> {
  let last: Key | undefined;
  for (;;) {
    const from = last === undefined ? {} : { start: last, exclusiveStart: true };
    const range = { ...from, limit: AT_A_TIME };
    const keys = await environment.read((tables) => [...tables[table].getKeys(range)]);
    if (keys.length === 0) return;
    yield keys;
    last = keys.at(-1);
  }
}

function shelf<T extends object>(
  environment: Access,
  table: keyof Tables,
  get: (tables: Tables, key: Key) => T | undefined,
  keyOf: (entry: T) => Key,
  put: (tables: Tables, entry: T) => void,
): Shelf<T> {
  return {
    async *read() {
      for await (const keys of keysOf(environment, table)) {
        yield await environment.read((tables) => keys.flatMap((key) => get(tables, key) ?? []));
      }
    },
    find: (entries) => environment.read((tables) => entries.map((entry) => get(tables, keyOf(entry)))),
    add: (entries) =>
      environment.write((tables) => {
        const missing = entries.filter((entry) => get(tables, keyOf(entry)) === undefined);
        for (const entry of missing) put(tables, entry);
      }),
  };
}

function userShelf(environment: Access): Shelf<UserEntry> {
  const get = (tables: Tables, key: Key): UserEntry | undefined => {
    const record = readUser(tables, key as string);
    const known = record.living ?? record.tombstones[0];
    return known && { issuer: known.issuer, subject: known.subject, record };
  };
  return shelf(environment, 'users', get, userKey, (tables, entry) => {
    const key = userKey(entry);
    writeUser(tables, key, entry.record);
    for (const { erasedAt } of entry.record.tombstones) tables.tombstones.putSync([erasedAt, key], '');
  });
}

function moduleShelf(environment: Access): Shelf<ModuleEntry> {
  const get = (tables: Tables, key: Key): ModuleEntry | undefined => {
    const [owner, moduleId] = key as [string, string];
    const module = readModule(tables, owner, moduleId);
    return module && { owner, ...module };
  };
  const keyOf = ({ owner, moduleId }: ModuleEntry): Key => [owner, moduleId];
  return shelf(environment, 'modules', get, keyOf, (tables, entry) => {
    tables.modules.putSync(keyOf(entry), encode(entry));
  });
}

function apiKeyShelf(environment: Access): Shelf<ApiKeyRecord> {
  const get = (tables: Tables, key: Key) => readKey(tables, key as string);
  return shelf(
    environment,
    'apiKeys',
    get,
    ({ id }) => digestOf(id),
    (tables, entry) => {
      writeKey(tables, entry);
      tables.apiKeysByUser.putSync(indexKey(entry), entry.id);
    },
  );
}
