import type { Archive } from './archive';

/**
 * What a store keeps, in the order in which it is read beside a running service: whoever owns something is read after
 * it, and what was revoked or erased meanwhile is read last.
 */
export const KINDS = ['modules', 'apiKeys', 'users', 'revocations'] as const satisfies readonly Exclude<
  keyof Archive,
  'close'
>[];

export type Kind = (typeof KINDS)[number];

/** How many entries of each kind. */
export type Counts = Readonly<Record<Kind, number>>;
