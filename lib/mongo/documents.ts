import type { Connection, mongo } from 'mongoose';
import { StoreUnavailableError } from '../errors';
import { IndexError } from './index-error';

export interface Definition {
  /** Name of the collection, without the prefix. */
  readonly name: string;
  readonly indexes: readonly mongo.IndexDescription[];
}

/**
 * The documents of one kind in the host's database, through the driver only. Models and queries of the host's mongoose
 * are changed by its global settings and plugins: `sanitizeFilter`, timestamps, tenancy.
 */
export interface Documents<T extends mongo.Document> {
  /** Name of the collection, with the prefix. */
  readonly name: string;
  readonly connection: Connection;
  /** Called for each operation, since the host may connect later: throws `StoreUnavailableError` until then. */
  readonly database: () => mongo.Db;
  /** Throws as `database` does. */
  readonly collection: () => mongo.Collection<T>;
  /** Rejects with an `IndexError` where the server refuses to make an index. */
  readonly ensureIndexes: () => Promise<void>;
}

const OPTIONS = {
  // A write is acknowledged by a majority, so no failover loses it; reads go to the primary, which has all of them.
  writeConcern: { w: 'majority' },
  readPreference: 'primary',
  // The driver's defaults: the host's connection may have other values, for its own collections.
  ignoreUndefined: false,
  promoteValues: true,
  promoteLongs: true,
  promoteBuffers: false,
  useBigInt64: false,
  bsonRegExp: false,
  raw: false,
} as const satisfies mongo.CollectionOptions;

export function documents<T extends mongo.Document>(
  connection: Connection,
  prefix: string,
  { name, indexes }: Definition,
): Documents<T> {
  if (!isConnection(connection)) {
    throw new TypeError(
      'mongoStores: give a mongoose connection first, such as mongoose.connection or createConnection(uri)',
    );
  }
  const called = prefix + name;
  if (Object.values(connection.models).some(({ collection }) => collection.name === called)) {
    throw new TypeError(
      `mongoStores: the connection has a model of "${called}" already; give another "prefix"`,
    );
  }

  function database(): mongo.Db {
    if (connection.db) return connection.db;
    throw new StoreUnavailableError(1, { cause: new Error('the host has not connected yet') });
  }

  const collection = (): mongo.Collection<T> => database().collection<T>(called, OPTIONS);

  return {
    name: called,
    connection,
    database,
    collection,
    async ensureIndexes() {
      await collection()
        .createIndexes([...indexes])
        .catch((error: unknown) => {
          throw isRefusal(error) ? new IndexError(called, { cause: error }) : error;
        });
    },
  };
}

/** Whether the error is the server's, with a numeric code; network errors have none, or a string. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'number';
}

/** Checks the properties that are used: `instanceof` would accept only one copy of mongoose. */
function isConnection(value: unknown): boolean {
  const { base, models } = (value ?? {}) as { base?: { mongo?: unknown }; models?: unknown };
  return typeof models === 'object' && typeof base?.mongo === 'object';
}
