import type { Archive } from './archive';

/**
 * The kinds of entries, in the order in which a backup reads them while the service runs: users are read after what
 * they own, and revocations last, so that what was erased or revoked meanwhile is in the backup.
 */
export const KINDS = ['modules', 'apiKeys', 'users', 'revocations'] as const satisfies readonly Exclude<
  keyof Archive,
  'close'
>[];

export type Kind = (typeof KINDS)[number];

/** Number of entries of each kind. */
export type Counts = Readonly<Record<Kind, number>>;
