import { mongo } from 'mongoose';
import { IndexError } from 'sallyport/mongo';
import { UnusableStoreError } from '../unusable-store';

/** The service can't use this database, and waiting does not help. */
export class UnfitDatabaseError extends UnusableStoreError {
  override readonly name = 'UnfitDatabaseError';
}

const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;
/** Atlas uses this code for many errors, including a wrong password. */
const ATLAS_ERROR = 8000;
const DUPLICATE_KEY = 11_000;

/** Translates an error of the driver: the error that ends the start, or undefined if waiting may help. */
export function unfitness(error: unknown, uri: string): UnfitDatabaseError | undefined {
  if (error instanceof UnfitDatabaseError) return error;
  if (error instanceof mongo.MongoCompatibilityError) {
    return new UnfitDatabaseError(
      'The server that MONGODB_URI names is too old: MongoDB 4.4 or newer is needed.',
    );
  }
  if (isForeignSet(error)) {
    return new UnfitDatabaseError(
      `No server that MONGODB_URI names is a member of the replica set "${error.reason.setName ?? ''}": correct replicaSet there.`,
    );
  }
  const cause = error instanceof IndexError ? error.cause : error;
  if (!(cause instanceof mongo.MongoServerError)) return undefined;
  const says =
    refusal(cause, uri) ?? (error instanceof IndexError ? inTheWay(cause, error.collection) : undefined);
  return says === undefined ? undefined : new UnfitDatabaseError(says);
}

function refusal(error: mongo.MongoServerError, uri: string): string | undefined {
  const { credentials, dbName } = new mongo.MongoClient(uri).options;
  const isHandshake = error.hasErrorLabel('HandshakeError');
  if (error.code === AUTHENTICATION_FAILED || (error.code === ATLAS_ERROR && isHandshake)) {
    const source = credentials?.source ?? 'admin';
    return (
      'The database refuses the user and password of MONGODB_URI: correct them there, or authSource, the database in ' +
      `which the user was made (now "${source}").`
    );
  }
  if (error.code !== UNAUTHORIZED) return undefined;
  if (!credentials) return 'The database wants a user and a password, and MONGODB_URI has none.';
  return `The user of MONGODB_URI may not read, write and make indexes in "${dbName}": grant it the role readWrite there.`;
}

/** Error codes of the server for an existing index, or a view, that conflicts with an index of ours. */
const CONFLICTS: readonly unknown[] = [67, 85, 86, 166];

function inTheWay({ code }: mongo.MongoServerError, collection: string): string | undefined {
  const mend = 'remove it, or name another database in MONGODB_URI.';
  if (code === DUPLICATE_KEY) {
    return `The collection ${collection} holds documents that are not sallyport's, or some of them twice: ${mend}`;
  }
  if (!CONFLICTS.includes(code)) return undefined;
  return `The collection ${collection} has an index in the way of sallyport's own (code ${String(code)}): ${mend}`;
}

type SelectionError = Error & { readonly reason: mongo.TopologyDescription };

/** Every server that answered belongs to another replica set or to none, so the driver removed all of them. */
function isForeignSet(error: unknown): error is SelectionError {
  const reason: unknown = (error as Partial<SelectionError>).reason;
  return (
    reason instanceof Object &&
    'servers' in reason &&
    reason.servers instanceof Map &&
    'type' in reason &&
    reason.type === 'ReplicaSetNoPrimary' &&
    reason.servers.size === 0
  );
}
