import { type Connection, type Model, mongo, Schema } from 'mongoose';
import type { StoredModule } from '../../modules/module-store';

/** One document for each module of each owner. */
export interface ModuleDocument {
  readonly owner: string;
  readonly moduleId: string;
  /** JSON text, not BSON: json-text.ts says why. */
  readonly data: string;
  readonly version: number;
  readonly revision: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Whoever adds a module writes its owner's document first: so only one at a time counts and adds. */
export interface OwnerDocument {
  readonly _id: string;
  readonly additions: number;
}

export interface ModuleModels {
  readonly modules: Model<ModuleDocument>;
  readonly owners: Model<OwnerDocument>;
}

/** For all of one owner's modules by their ids; the owner first, for a cluster that is sharded by owner. */
export const BY_OWNER = { owner: 1, moduleId: 1 } as const;

const COMMON = {
  strict: 'throw',
  strictQuery: 'throw',
  // Made when the service starts, and waited for.
  autoIndex: false,
  autoCreate: false,
  writeConcern: new mongo.WriteConcern('majority'),
  read: 'primary',
  versionKey: false,
} as const;

export function moduleModels(connection: Connection): ModuleModels {
  const fields = { owner: String, moduleId: String, data: String, version: Number, revision: String };
  const times = { createdAt: Date, updatedAt: Date };
  const modules = new Schema<ModuleDocument>({ ...fields, ...times }, { ...COMMON, collection: 'modules' });
  modules.index(BY_OWNER, { unique: true });
  const owners = new Schema<OwnerDocument>(
    { _id: String, additions: Number },
    { ...COMMON, collection: 'module_owners' },
  );
  return {
    modules: connection.model<ModuleDocument>('Module', modules),
    owners: connection.model<OwnerDocument>('ModuleOwner', owners),
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
