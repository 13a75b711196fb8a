import { later } from './clean-up';
import { databaseUri, dropDatabase, hasMongo } from './database-uri';

/** What the service is told to keep its data in. */
export interface ServiceStore {
  readonly name: string;
  /** A place of its own for each call; `folder` is empty and temporary. */
  readonly env: (folder: string) => Record<string, string>;
  /** Milliseconds that one call may take; a test database on a busy machine needs more than the service's 2000. */
  readonly deadlineMs?: number;
}

const embedded: ServiceStore = { name: 'embedded', env: (folder) => ({ DATA_DIR: folder }) };

const mongodb: ServiceStore = {
  name: 'MongoDB',
  deadlineMs: 20_000,
  env: () => {
    const uri = databaseUri();
    later(() => dropDatabase(uri));
    return { MONGODB_URI: uri };
  },
};

/** Every store that the service runs on here: the service's tests run once for each. */
export const stores: readonly ServiceStore[] = hasMongo ? [embedded, mongodb] : [embedded];
