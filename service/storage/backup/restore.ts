import type { Shelf } from 'sallyport/mongo';
import type { Archive } from '../archive';
import { canonical } from '../canonical';
import { KINDS, type Kind } from '../kinds';
import { everyThousand } from '../progress';
import { BackupError } from './backup-error';
import type { Backup, Batch } from './read-backup';

/**
 * Adds all entries that the archive does not have, then reads the archive and compares. Existing entries are never
 * overwritten. Rejects with a `BackupError` if an existing entry differs.
 */
export async function restore(
  backup: Backup,
  archive: Archive,
  onProgress: (count: number) => void,
): Promise<void> {
  const progress = everyThousand(onProgress);
  let added = 0;
  for await (const { kind, entries } of backup.batches()) {
    await shelfOf(archive, kind).add(entries);
    added += entries.length;
    progress(added);
  }
  const differing = await differences(backup, archive);
  if (differing === 0) return;
  throw new BackupError(
    `The store has something else in place of ${String(differing)} of the entries of the backup. Nothing was overwritten.`,
  );
}

async function differences(backup: Backup, archive: Archive): Promise<number> {
  let differing = 0;
  for await (const { kind, entries } of backup.batches()) {
    const kept = await shelfOf(archive, kind).find(entries);
    differing += entries.filter((entry, n) => canonical(kept[n]) !== canonical(entry)).length;
  }
  return differing;
}

/** Whether the archive has no entries. */
export async function isEmpty(archive: Archive): Promise<boolean> {
  for (const kind of KINDS) {
    for await (const entries of archive[kind].read()) if (entries.length > 0) return false;
  }
  return true;
}

/** The shelf and the entries of a kind have matching types, which the compiler cannot infer. */
function shelfOf(archive: Archive, kind: Kind): Shelf<Batch['entries'][number]> {
  return archive[kind];
}
