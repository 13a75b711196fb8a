import type { Connection, mongo } from 'mongoose';
import { StoreUnavailableError } from '../errors';
import { IndexError } from './index-error';

export interface Definition {
  /** The collection is called this, behind the host's prefix. */
  readonly name: string;
  readonly indexes: readonly mongo.IndexDescription[];
}

/**
 * The documents of one kind in the host's database, by the driver alone. A model or a query of the host's mongoose
 * would be changed by what the host sets or plugs in for all of its own: `sanitizeFilter`, timestamps, tenancy.
 */
export interface Documents<T extends mongo.Document> {
  /** Of the collection, with the host's prefix. */
  readonly name: string;
  readonly connection: Connection;
  /** Throws `StoreUnavailableError` until the host has connected; asked for with each call, since it may do so later. */
  readonly database: () => mongo.Db;
  /** Throws as `database` does. */
  readonly collection: () => mongo.Collection<T>;
  /** Rejects with an `IndexError` where the server refuses. */
  readonly ensureIndexes: () => Promise<void>;
}

const OPTIONS = {
  // An answer means that a majority has it: a failover loses nothing acknowledged, and reads ask who has it all.
  writeConcern: { w: 'majority' },
  readPreference: 'primary',
  // As the driver has them by default: the connection may say otherwise for the host's own collections.
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

/** Whether the server has answered, with a code; what the network says has none, or one in words. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'number';
}

/** By what is used of it: `instanceof` would know one copy of mongoose only. */
function isConnection(value: unknown): boolean {
  const { base, models } = (value ?? {}) as { base?: { mongo?: unknown }; models?: unknown };
  return typeof models === 'object' && typeof base?.mongo === 'object';
}
