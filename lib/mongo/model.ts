import type {
  Connection,
  IndexDefinition,
  IndexOptions,
  Model,
  mongo,
  Schema,
  SchemaDefinition,
  SchemaOptions,
} from 'mongoose';

export interface Definition {
  /** The model is called this, and its collection too, both behind the host's prefix. */
  readonly name: string;
  readonly fields: SchemaDefinition;
  readonly indexes: readonly (readonly [IndexDefinition, IndexOptions?])[];
}

/** Names that are ours on a connection: stores may be made twice on one. */
const defined = new WeakMap<Connection, Set<string>>();

/**
 * A model on the host's connection. Schema and connection come from one copy of mongoose, the host's: two copies in
 * one process do not know each other's schemas.
 */
export function define<T>(connection: Connection, prefix: string, definition: Definition): Model<T> {
  if (!isConnection(connection))
    throw new TypeError(
      'mongoStores: give a mongoose connection first, such as mongoose.connection or createConnection(uri)',
    );
  const name = prefix + definition.name;
  const ours = defined.get(connection) ?? new Set();
  defined.set(connection, ours);
  if (ours.has(name)) return connection.model<T>(name);
  if (connection.modelNames().includes(name)) {
    throw new TypeError(`mongoStores: the connection has a model "${name}" already; give another "prefix"`);
  }
  ours.add(name);
  return connection.model<T>(name, schemaOf<T>(connection, name, definition));
}

/** By what is used of it: `instanceof` would know one copy of mongoose only. */
function isConnection(value: unknown): boolean {
  const { base, modelNames } = (value ?? {}) as { base?: { Schema?: unknown }; modelNames?: unknown };
  return typeof modelNames === 'function' && typeof base?.Schema === 'function';
}

interface HostMongoose<T> {
  readonly Schema: new (fields: object, options: SchemaOptions) => Schema<T>;
  readonly mongo: { readonly WriteConcern: new (w: 'majority') => mongo.WriteConcern };
}

function schemaOf<T>(connection: Connection, collection: string, { fields, indexes }: Definition): Schema<T> {
  const { Schema, mongo } = connection.base as HostMongoose<T>;
  const schema = new Schema(fields, {
    collection,
    // A field that nobody declared is a bug of ours, to be heard of.
    strict: 'throw',
    strictQuery: 'throw',
    // Indexes are made by `ensureIndexes`, when the host says so.
    autoIndex: false,
    autoCreate: false,
    // While the database is away a call fails; a queue of them would be answered too late.
    bufferCommands: false,
    // An answer means that a majority has it: a failover loses nothing acknowledged, and reads ask who has it all.
    writeConcern: new mongo.WriteConcern('majority'),
    read: 'primary',
    versionKey: false,
    minimize: false,
    id: false,
  });
  for (const [keys, options] of indexes) schema.index(keys, { ...options });
  return schema;
}
