import { mkdirSync } from 'node:fs';
import {
  type Database,
  open,
  type RootDatabase,
  type RootDatabaseOptionsWithPath,
  type Transaction,
} from 'lmdb';
import { checkFiles, checkFormat } from './format';
import { claimFolder } from './folder-claim';
import { outage, realCause } from './outage';
import { changesOnly, type OnHindrance } from '../hindrance';
import { folderHindrance } from './folder-hindrance';
import { makePrivate } from './private-files';
import { RefusedFolderError } from './refused-folder';
import type { Sign } from './sign';

export interface EnvironmentOptions {
  /** Created if missing. Several processes of one machine may share it, but not several containers. */
  readonly folder: string;
  /**
   * Whether a write is flushed to disk before it is acknowledged. If not, it survives `kill -9`, but not a loss of
   * power.
   */
  readonly sync: boolean;
  /** Called with the reason when the folder can't be opened, and with undefined once it can be. */
  readonly onHindrance?: OnHindrance | undefined;
}

/** Values are strings: lmdb's default encoding changes some keys and numbers of objects. */
export type Table = Database<string>;

const TABLE_NAMES = [
  'users',
  'tombstones',
  'modules',
  'revocations',
  'revocationOrder',
  'apiKeys',
  'apiKeysByUser',
  'replays',
  'counters',
] as const;

export type Tables = Readonly<Record<(typeof TABLE_NAMES)[number], Table>>;

/** Methods for reading and writing. */
export type Access = Pick<Environment, 'read' | 'write'>;

/** Reads see the store as it was when the snapshot was taken. */
export interface Snapshot {
  readonly access: Access;
  /** Must be called: LMDB cannot reuse old pages while a snapshot is open. */
  readonly done: () => void;
}

interface Opened {
  readonly root: RootDatabase;
  readonly tables: Tables;
  readonly sign: Sign;
}

/**
 * One LMDB environment. While the folder cannot be opened or written, calls fail and each of them tries again; the
 * process goes on, since the cause, such as a full disk, may end.
 */
export class Environment {
  #opened: Opened | undefined;
  #opening: Promise<Opened> | undefined;
  #closed = false;
  /**
   * Whether the first attempt is over. In the first one, a refused folder is thrown by `open()` and not reported as a
   * hindrance.
   */
  #begun = false;
  readonly #tell: OnHindrance;

  constructor(private readonly options: EnvironmentOptions) {
    this.#tell = changesOnly(options.onHindrance ?? (() => undefined));
  }

  /**
   * Rejects with `RefusedFolderError` for a folder that must not be used. Other errors are ignored: later calls try
   * again.
   */
  async open(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      if (error instanceof RefusedFolderError) throw error;
    } finally {
      this.#begun = true;
    }
  }

  /** All reads of one call see the same state. */
  async read<T>(action: (tables: Tables) => T): Promise<T> {
    try {
      const { tables } = this.#opened ?? (await this.#open());
      return action(tables);
    } catch (error) {
      throw outage(error);
    }
  }

  /** One transaction, exclusive across processes. If `action` throws, it is rolled back. */
  async write<T>(action: (tables: Tables) => T): Promise<T> {
    try {
      const { root, tables } = this.#opened ?? (await this.#open());
      return await root.childTransaction(() => action(tables));
    } catch (error) {
      throw outage(await realCause(error));
    }
  }

  async snapshot(): Promise<Snapshot> {
    try {
      const { root, tables } = this.#opened ?? (await this.#open());
      const transaction = root.useReadTransaction();
      const frozen = Object.fromEntries(
        TABLE_NAMES.map((name) => [name, asOf(transaction, tables[name])]),
      ) as Tables;
      const read = async <T>(action: (seen: Tables) => T): Promise<T> => Promise.resolve(action(frozen));
      const done = (): void => {
        transaction.done();
      };
      return { access: { read, write: (action) => this.write(action) }, done };
    } catch (error) {
      throw outage(error);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opened = this.#opened ?? (await this.#opening?.catch(() => undefined));
    this.#opened = undefined;
    await opened?.root.close();
    opened?.sign.takeDown();
  }

  /** One attempt at a time, shared by all calls that wait for it. */
  async #open(): Promise<Opened> {
    if (this.#closed) throw new Error('The embedded store is closed');
    this.#opening ??= this.#attempt().finally(() => (this.#opening = undefined));
    return (this.#opened = await this.#opening);
  }

  async #attempt(): Promise<Opened> {
    try {
      const opened = await openFolder(this.options);
      this.#tell(undefined);
      return opened;
    } catch (error) {
      if (this.#begun || !(error instanceof RefusedFolderError)) {
        this.#tell(folderHindrance(error, this.options.folder));
      }
      throw error;
    }
  }
}

/** The same table, read within a transaction that stays open across turns of the event loop. */
function asOf(transaction: Transaction, table: Table): Table {
  const seen: Pick<Table, 'get' | 'getKeys' | 'getRange'> = {
    get: (key) => table.get(key, { transaction }),
    getKeys: (options) => table.getKeys({ ...options, transaction }),
    getRange: (options) => table.getRange({ ...options, transaction }),
  };
  return Object.assign(Object.create(table) as Table, seen);
}

async function openFolder({ folder, sync }: EnvironmentOptions): Promise<Opened> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const sign = await claimFolder(folder);
  try {
    checkFiles(folder);
    makePrivate(folder);
    return { ...(await openDatabase(folder, sync)), sign };
  } catch (error) {
    sign.takeDown();
    throw error;
  }
}

async function openDatabase(folder: string, sync: boolean): Promise<Pick<Opened, 'root' | 'tables'>> {
  // Without overlapping sync, each commit is flushed (lmdb's README, "Overlapping Sync Options").
  const root = opened({
    path: folder,
    noSubdir: false,
    encoding: 'string',
    maxDbs: 16,
    overlappingSync: !sync,
    // If true, lmdb keeps an internal promise whose rejection ends the process when a commit fails, as on a full disk.
    eventTurnBatching: false,
  });
  try {
    checkFormat(root, folder);
    const tables = TABLE_NAMES.map((name) => [name, root.openDB({ name, encoding: 'string' })] as const);
    return { root, tables: Object.fromEntries(tables) as Tables };
  } catch (error) {
    await root.close();
    throw error;
  }
}

/** lmdb's error does not contain the path. */
function opened(options: RootDatabaseOptionsWithPath): RootDatabase {
  try {
    return open(options);
  } catch (cause) {
    throw new Error(`DATA_DIR ${options.path} can't be opened: ${String(cause)}`, { cause });
  }
}
