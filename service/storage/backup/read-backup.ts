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
  /** All entries, in batches of one kind. Each call reads the file again. */
  batches(): AsyncIterable<Batch>;
}

/**
 * Reads and checks the whole backup before any of it is used. Rejects with a `BackupError`. `clockTolerance`: seconds
 * by which the issuer's clock may be ahead, as for every revocation.
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
 * Whether a key was revoked while the backup was made: keys are read before revocations, and the revocation of a key is
 * kept for a limited time only, so the key must not be restored.
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

/** 20 modules of the largest size are 5 MiB; one command of MongoDB may have 48 MB. */
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
