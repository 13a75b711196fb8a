import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../database/start-server';
import { tryAll, type Outcome } from './campaign';
import { misfit, type Mutation } from './mutation';
import { HELP, readOptions } from './options';
import { copyTree } from './tree';

/** `npm run mutate`: whether the tests notice what is broken. */
async function main(): Promise<number> {
  const { selected, action } = readOptions(process.argv.slice(2));
  const root = process.cwd();
  const misfits = selected.flatMap((mutation) => misfit(root, mutation) ?? []);
  if (action === 'help') say(HELP);
  else for (const why of misfits) say(`DOES NOT FIT: ${why}`);
  if (misfits.length > 0 || action === 'help') return misfits.length > 0 ? 1 : 0;
  if (action === 'list') {
    for (const { breaks, file } of selected) say(`${file}: ${breaks}`);
    say(`${String(selected.length)} mutations`);
    return 0;
  }
  return report(await run(root, selected));
}

/** As many copies of the tree as there are processors, one database server for all. */
async function run(root: string, selected: readonly Mutation[]): Promise<readonly Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-mutate-'));
  const database = await startServer();
  say(
    `${String(selected.length)} mutations; types are not checked, so a test has to notice; ${database.name}`,
  );
  try {
    const copies = Array.from({ length: Math.min(availableParallelism(), selected.length) }, (_, n) =>
      join(folder, `copy-${String(n + 1)}`),
    );
    for (const copy of copies) copyTree(root, copy);
    const places = copies.map((copy) => ({ folder: copy, mongodbUri: database.uri }));
    return await tryAll(places, selected, say);
  } finally {
    await database.stop();
    // A test run that was given up may still write there for a moment.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}

function report(outcomes: readonly Outcome[]): number {
  const unnoticed = outcomes.filter(({ noticedBy }) => noticedBy === undefined);
  for (const { mutation, problem } of unnoticed) {
    say(`${problem ?? 'SURVIVED'}: ${mutation.breaks} (${mutation.file}; ${mutation.tests.join(', ')})`);
  }
  say(`\n${String(outcomes.length - unnoticed.length)} of ${String(outcomes.length)} mutations are noticed`);
  return unnoticed.length === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
