import type { ApiKeyRecord, Revocation } from 'sallyport';
import type { UserEntry } from 'sallyport/mongo';
import type { ModuleEntry } from '../archive';
import type { Counts, Kind } from '../kinds';

export interface Entries {
  readonly users: UserEntry;
  readonly modules: ModuleEntry;
  readonly apiKeys: ApiKeyRecord;
  readonly revocations: Revocation;
}

/** The first line of a backup. */
export interface Head {
  readonly sallyport: 'backup';
  readonly format: number;
  /** ISO 8601. */
  readonly takenAt: string;
}

/** The last line. */
export interface Foot {
  readonly end: Counts;
  /** SHA-256 in hex of all lines before this one, including their line ends. */
  readonly sha256: string;
}

/** Every other line. */
export type EntryLine<K extends Kind = Kind> = readonly [kind: K, entry: Entries[K]];

export const FORMAT = 1;

export const NONE: Counts = { modules: 0, apiKeys: 0, users: 0, revocations: 0 };
