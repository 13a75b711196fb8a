import { type Connection, mongo } from 'mongoose';
import { StoreUnavailableError } from 'sallyport';
import { IndexError } from 'sallyport/mongo';
import type { StoredModule } from '../../modules/module-store';

/** One document per module and owner. */
export interface ModuleDocument {
  readonly owner: string;
  readonly moduleId: string;
  /** JSON text, not BSON; json-text.ts explains why. */
  readonly data: string;
  readonly version: number;
  readonly revision: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Every transaction that adds modules writes this document first, so only one at a time counts and adds. */
export interface OwnerDocument {
  readonly _id: string;
  readonly additions: number;
}

/**
 * Collections of the driver, not models of mongoose, so that no setting or plugin of mongoose changes what is stored.
 */
export interface ModuleCollections {
  readonly connection: Connection;
  /** Throws `StoreUnavailableError` until the connection is open. */
  readonly modules: () => mongo.Collection<ModuleDocument>;
  /** Throws as `modules` does. */
  readonly owners: () => mongo.Collection<OwnerDocument>;
  /** Rejects with an `IndexError` if the server refuses. */
  readonly ensureIndexes: () => Promise<void>;
}

const MODULES = 'modules';
const OWNERS = 'module_owners';

/** A field that every document of the collection has, to tell our collections from others of the same name. */
export const TELLING = { [MODULES]: 'owner', [OWNERS]: 'additions' } as const;

/** For all modules of one owner by id. The owner comes first, so that a cluster can be sharded by owner. */
export const BY_OWNER = { owner: 1, moduleId: 1 } as const;

const OPTIONS = { writeConcern: { w: 'majority' }, readPreference: 'primary' } as const;

export function moduleCollections(connection: Connection): ModuleCollections {
  function collection<T extends mongo.Document>(name: string): mongo.Collection<T> {
    if (!connection.db) throw new StoreUnavailableError(1, { cause: new Error('not connected yet') });
    return connection.db.collection<T>(name, OPTIONS);
  }
  const modules = () => collection<ModuleDocument>(MODULES);
  return {
    connection,
    modules,
    owners: () => collection<OwnerDocument>(OWNERS),
    async ensureIndexes() {
      await modules()
        .createIndexes([{ key: BY_OWNER, unique: true }])
        .catch((error: unknown) => {
          throw error instanceof mongo.MongoServerError ? new IndexError(MODULES, { cause: error }) : error;
        });
    },
  };
}

export function moduleOf(document: ModuleDocument): StoredModule {
  const { moduleId, data, version, revision, createdAt, updatedAt } = document;
  return Object.freeze({
    ...{ moduleId, data, version, revision },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  });
}
