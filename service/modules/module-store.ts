/** A module as it is stored. `data` is JSON text; json-text.ts explains why. */
export interface StoredModule {
  readonly moduleId: string;
  readonly data: string;
  /** The number of saves, from 1. */
  readonly version: number;
  /** Random for each write, so that an ETag never repeats, even if a module is deleted and created again. */
  readonly revision: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export interface SaveOptions {
  /**
   * `*`, or revisions of which the module must have one. `mismatch`: the module has another revision or does not exist.
   */
  readonly ifMatch?: '*' | readonly string[];
  /** Maximum number of modules of an owner. `limit`: the save would exceed it. */
  readonly limit: number;
}

export type SaveOutcome =
  | { readonly outcome: 'created' | 'updated'; readonly module: StoredModule }
  | { readonly outcome: 'mismatch' | 'limit' };

export interface PageOptions {
  readonly limit: number;
  /** The last moduleId of the previous page. */
  readonly after?: string;
  /** A page ends after the module with which its `data` exceeds this many bytes. */
  readonly maxBytes: number;
}

export interface Page {
  readonly items: readonly StoredModule[];
  /** The moduleId after which the next page begins; undefined on the last page. */
  readonly next: string | undefined;
}

/**
 * Modules by owner. `owner` is the internal id of the authenticated user, never a value of the path. Every method
 * rejects with `StoreUnavailableError` while the store can't be reached.
 */
export interface ModuleStore {
  save(owner: string, moduleId: string, data: string, options: SaveOptions): Promise<SaveOutcome>;
  get(owner: string, moduleId: string): Promise<StoredModule | undefined>;
  /** In ascending order of moduleId, which is stable while modules are added and deleted. */
  list(owner: string, options: PageOptions): Promise<Page>;
  /** Whether the module existed. */
  delete(owner: string, moduleId: string): Promise<boolean>;
  /** Deletes all modules of an owner; may be repeated. Returns the number of deleted modules. */
  deleteAll(owner: string): Promise<number>;
}
