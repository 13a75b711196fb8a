/** A module as it is kept. `data` is JSON text: see json-text.ts for why. */
export interface StoredModule {
  readonly moduleId: string;
  readonly data: string;
  /** Counts from 1. */
  readonly version: number;
  /** Random per write, so that an ETag never repeats, not even for a module deleted and made anew. */
  readonly revision: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export interface SaveOptions {
  /** `*` or revisions one of which the module must have now; no such module or another revision: `mismatch`. */
  readonly ifMatch?: '*' | readonly string[];
  /** No more than this many modules for one owner; a save that would add one more: `limit`. */
  readonly limit: number;
}

export type SaveOutcome =
  | { readonly outcome: 'created' | 'updated'; readonly module: StoredModule }
  | { readonly outcome: 'mismatch' | 'limit' };

export interface PageOptions {
  readonly limit: number;
  /** The last moduleId of the page before. */
  readonly after?: string;
  /** A page ends with the module that takes it past this many bytes of `data`. */
  readonly maxBytes: number;
}

export interface Page {
  readonly items: readonly StoredModule[];
  /** The moduleId to go on after; undefined on the last page. */
  readonly next: string | undefined;
}

/**
 * Modules by owner. `owner` is the internal id of the authenticated user and never what a path says.
 * Every method rejects with `StoreUnavailableError` when the store can't be reached.
 */
export interface ModuleStore {
  save(owner: string, moduleId: string, data: string, options: SaveOptions): Promise<SaveOutcome>;
  get(owner: string, moduleId: string): Promise<StoredModule | undefined>;
  /** In ascending order of moduleId: stable while others are added and removed. */
  list(owner: string, options: PageOptions): Promise<Page>;
  /** Whether there was one. */
  delete(owner: string, moduleId: string): Promise<boolean>;
  /** All of one owner's; repeatable. Returns how many went. */
  deleteAll(owner: string): Promise<number>;
}
