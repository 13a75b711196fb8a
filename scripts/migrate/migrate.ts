import type { Archive } from '../../service/storage/archive';
import { openEmbeddedArchive } from '../../service/storage/embedded/archive';
import { openMongoArchive } from '../../service/storage/mongo/archive';
import { everyThousand } from '../../service/storage/progress';
import { copy, type Verdict } from './copy';
import { type MigrateOptions, readOptions, type StoreName, USAGE, UsageError } from './options';

type Write = (line: string) => void;

/** Resolves with the exit code: 0 all is there, 1 it is not, 2 that is no way to call it. */
export async function migrate(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  write: Write,
): Promise<number> {
  let options: MigrateOptions;
  try {
    options = readOptions(args, env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  const archives: Archive[] = [];
  try {
    for (const store of [options.from, options.to]) archives.push(await open(store, options));
    return (await copyAll(archives as [Archive, Archive], write)) ? 0 : 1;
  } catch (error) {
    write(`stopped: ${reason(error)}\nNothing is lost: run it again once that is mended.`);
    return 1;
  } finally {
    for (const archive of archives) await archive.close();
  }
}

async function open(store: StoreName, { dataDir, mongodbUri }: MigrateOptions): Promise<Archive> {
  if (store === 'mongo') return openMongoArchive(mongodbUri);
  return openEmbeddedArchive({ folder: dataDir, sync: true });
}

const KINDS = ['users', 'modules', 'apiKeys', 'revocations'] as const;

/** Whether everything is there. */
async function copyAll([from, to]: [Archive, Archive], write: Write): Promise<boolean> {
  let complete = true;
  for (const kind of KINDS) {
    const progress = everyThousand((copied) => write(`${kind}: ${String(copied)} ...`));
    // The shelves of one kind hold entries of one type, whichever store they are of.
    const verdict = await copy<never>(from[kind] as never, to[kind] as never, progress);
    write(`${kind}: ${said(verdict)}`);
    complete &&= verdict.differing === 0;
  }
  write(complete ? 'done: everything is there' : 'NOT complete: see above. Nothing was overwritten.');
  return complete;
}

function said({ entries, checksums: [expected, found], differing }: Verdict): string {
  if (differing === 0) return `${String(entries)} there, checksum ${expected.slice(0, 16)}`;
  const sums = `checksums ${expected.slice(0, 16)} and ${found.slice(0, 16)}`;
  return `${String(differing)} of ${String(entries)} are missing or other than here, ${sums}`;
}

/** An outage wraps what the store said: here an operator reads it, not a caller. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
