import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mutated, type Mutation } from './mutation';
import { runTests, type Place } from './run-tests';

export interface Outcome {
  readonly mutation: Mutation;
  /** `file: test`; undefined when it survived or could not be tried. */
  readonly noticedBy: string | undefined;
  /** Why there is no verdict. */
  readonly problem?: string;
}

/** All the tests that are named, and those of one mutation: a busy machine takes several times as long as a quiet one. */
const UNBROKEN_SECONDS = 900;
const BROKEN_SECONDS = 180;

/**
 * Tries each mutation, as many at a time as there are copies of the tree. First the tests run on the unbroken code: one
 * that fails there would seem to notice everything.
 */
export async function tryAll(
  places: readonly Place[],
  mutations: readonly Mutation[],
  say: (line: string) => void,
): Promise<readonly Outcome[]> {
  const tests = [...new Set(mutations.flatMap((mutation) => mutation.tests))].sort();
  await inTurns(places, parts(tests, places.length), async (place, part) => {
    let run = await runTests(place, part, UNBROKEN_SECONDS);
    // A store's deadline may pass on a busy machine; what fails twice is not that.
    if (run.outcome === 'failed') run = await runTests(place, run.files, UNBROKEN_SECONDS);
    if (run.outcome === 'failed') throw new Error(`fails on unbroken code: ${run.file}: ${run.test}`);
    if (run.outcome === 'broken') throw new Error(`cannot be run on unbroken code: ${run.why}`);
  });
  say('The tests pass on the unbroken code\n');
  const outcomes: Outcome[] = [];
  await inTurns(places, mutations, async (place, mutation) => {
    const outcome = await tryOne(place, mutation);
    outcomes.push(outcome);
    say(`${mutation.breaks}\n    ${outcome.noticedBy ?? outcome.problem ?? 'SURVIVED'}`);
  });
  return outcomes;
}

async function tryOne(place: Place, mutation: Mutation): Promise<Outcome> {
  const path = join(place.folder, mutation.file);
  const whole = await readFile(path, 'utf8');
  writeFileSync(path, mutated(place.folder, mutation));
  try {
    const run = await runTests(place, mutation.tests, BROKEN_SECONDS);
    if (run.outcome === 'broken')
      return { mutation, noticedBy: undefined, problem: `NO VERDICT: ${run.why}` };
    return { mutation, noticedBy: run.outcome === 'failed' ? `${run.file}: ${run.test}` : undefined };
  } finally {
    writeFileSync(path, whole);
  }
}

/** Each place takes the next item when it is done with one. */
async function inTurns<T>(
  places: readonly Place[],
  items: readonly T[],
  work: (place: Place, item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const turns = await Promise.allSettled(
    places.map(async (place) => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(place, item);
    }),
  );
  // Not before all have ended: what still runs must not lose its copy of the tree.
  const failed = turns.find((turn) => turn.status === 'rejected');
  if (failed) throw failed.reason;
}

function parts<T>(items: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_, part) =>
    items.filter((_item, index) => index % count === part),
  ).filter((some) => some.length > 0);
}
