import type { ApiKeyRecord, Revocation } from 'sallyport';
import { KINDS, type Counts, type Kind } from '../kinds';
import { checkedLines } from './checked-lines';
import { NONE, type Entries, type EntryLine, type Head } from './entry';

/** Entries of one kind. */
export type Batch = {
  readonly [K in Kind]: { readonly kind: K; readonly entries: readonly Entries[K][] };
}[Kind];

export interface Backup {
  /** ISO 8601. */
  readonly takenAt: string;
  readonly counts: Counts;
  /** Every entry, some at a time; anew with each call. */
  batches(): AsyncIterable<Batch>;
}

/**
 * Reads a backup as a whole before anything of it is believed. Rejects with a `BackupError`. `clockTolerance`: seconds by
 * which the issuer's clock may be ahead, as for every revocation.
 */
export async function readBackup(file: string, clockTolerance: number): Promise<Backup> {
  const counts = { ...NONE };
  const revoked = new Map<string, number>();
  let takenAt = '';
  for await (const line of checkedLines(file)) {
    if (!Array.isArray(line)) {
      ({ takenAt } = line as Head);
      continue;
    }
    const [kind, entry] = line as EntryLine;
    counts[kind] += 1;
    if (kind === 'revocations') note(revoked, entry as Revocation, clockTolerance * 1000);
  }
  return { takenAt, counts, batches: () => batches(file, (key) => isRevoked(revoked, key)) };
}

/**
 * A key that was revoked while the backup was made: it was read before, and its revocation, which is not kept for long,
 * after that.
 */
function isRevoked(
  revoked: ReadonlyMap<string, number>,
  { issuer, subject, id, createdAt, grantedAt = createdAt }: ApiKeyRecord,
): boolean {
  return (
    revoked.has(nameOf('key', issuer, id)) ||
    grantedAt <= (revoked.get(nameOf('subject', issuer, subject)) ?? -1)
  );
}

function note(revoked: Map<string, number>, revocation: Revocation, toleranceMs: number): void {
  const { by, issuer, value } = revocation;
  if (by !== 'key' && by !== 'subject') return;
  revoked.set(nameOf(by, issuer, value), revocation.by === 'subject' ? revocation.at + toleranceMs : 0);
}

function nameOf(by: 'key' | 'subject', issuer: string, value: string): string {
  return JSON.stringify([by, issuer, value]);
}

/** Of the largest modules, these are an eighth of what one command of MongoDB may carry. */
const AT_A_TIME = 20;

async function* batches(file: string, leaveOut: (key: ApiKeyRecord) => boolean): AsyncGenerator<Batch> {
  let kind: Kind = KINDS[0];
  let entries: EntryLine[1][] = [];
  for await (const line of checkedLines(file)) {
    if (!Array.isArray(line)) continue;
    const [kindOfThis, entry] = line as EntryLine;
    if (kindOfThis !== kind || entries.length === AT_A_TIME) {
      yield { kind, entries } as Batch;
      entries = [];
    }
    kind = kindOfThis;
    if (kind !== 'apiKeys' || !leaveOut(entry as ApiKeyRecord)) entries.push(entry);
  }
  yield { kind, entries } as Batch;
}
