import type { DatabaseServer } from '../../scripts/database/server';
import { startServer } from '../../scripts/database/start-server';
import { cleanUp } from '../support/clean-up';
import { randomSeed, runBatch, type Failure } from './batch';
import type { FuzzProperty, FuzzTarget } from './target';
import { modelEmbedded, modelMongodb } from '../model/model';
import { targets } from './targets';

const all = [...targets, modelEmbedded, modelMongodb];

/** What `scripts/fuzz` has read from the command line. */
interface Wishes {
  readonly list?: boolean;
  readonly minutes: number;
  readonly only?: string;
  readonly seed?: number;
  readonly path?: string;
  readonly replayPath?: string;
}

interface Score {
  batches: number;
  runs: number;
  failed: boolean;
}

const say = (line: string): undefined => void process.stdout.write(`${line}\n`);

async function main(wishes: Wishes): Promise<void> {
  const names = all.map(({ name }) => name).join(', ');
  if (wishes.list) {
    say(names);
    return;
  }
  const wanted = all.filter(({ name }) => wishes.only === undefined || wishes.only === name);
  if (wanted.length === 0) throw new Error(`--only must be one of ${names}`);
  const database = wanted.some(({ needsMongo }) => needsMongo) ? await startDatabase() : undefined;
  const playable = wanted.filter(({ needsMongo }) => !needsMongo || hasDatabase());
  try {
    const held = playable.length > 0 && (await goRound(playable, wishes));
    process.exitCode = held ? 0 : 1;
  } finally {
    await cleanUp();
    await database?.stop();
  }
}

/** One batch of each target after the other, until the time is up; with a seed one batch of each. Whether all held. */
async function goRound(targets: readonly FuzzTarget[], wishes: Wishes): Promise<boolean> {
  const end = Date.now() + wishes.minutes * 60_000;
  const scores = new Map(
    targets.map(({ name }): [string, Score] => [name, { batches: 0, runs: 0, failed: false }]),
  );
  const opened = new Map<FuzzTarget, FuzzProperty>();
  let stopped = false;
  process.once('SIGINT', () => (stopped = true));
  const over = (): boolean => stopped || (wishes.seed === undefined && Date.now() >= end);
  do {
    for (const target of targets) {
      const score = scores.get(target.name);
      if (!score || score.failed || over()) continue;
      const property = opened.get(target) ?? (await target.open(wishes.replayPath));
      opened.set(target, property);
      await playBatch(target, property, wishes, score);
    }
  } while (wishes.seed === undefined && !over() && [...scores.values()].some(({ failed }) => !failed));
  say('');
  for (const [name, { batches, runs, failed }] of scores) {
    say(
      `${name.padEnd(18)} ${String(batches).padStart(5)} batches ${String(runs).padStart(9)} runs  ${failed ? 'FAILED' : 'held'}`,
    );
  }
  return [...scores.values()].every(({ failed }) => !failed);
}

async function playBatch(
  target: FuzzTarget,
  property: FuzzProperty,
  wishes: Wishes,
  score: Score,
): Promise<void> {
  const { name, runs } = target;
  const seed = wishes.seed ?? randomSeed();
  const start = performance.now();
  const failure = await runBatch(target, property, { seed, path: wishes.path });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  score.batches += 1;
  score.runs += wishes.path === undefined ? runs : 1;
  say(
    `${name.padEnd(18)} seed ${String(seed).padEnd(10)} ${String(runs).padStart(5)} runs ${seconds.padStart(6)} s`,
  );
  if (failure) {
    score.failed = true;
    say(`\n${name} FAILED\n${failure.report}\nAgain: ${replayOf(name, failure)}\n`);
  }
}

function replayOf(name: string, { seed, path, report }: Failure): string {
  const [, replayPath] = /replayPath="([^"]+)"/.exec(report) ?? [];
  const flags = [
    `--only ${name} --seed ${String(seed)}`,
    ...(path === null ? [] : [`--path ${path}`]),
    ...(replayPath === undefined ? [] : [`--replay-path ${replayPath}`]),
  ];
  return `npm run fuzz -- ${flags.join(' ')}`;
}

function hasDatabase(): boolean {
  return process.env['SALLYPORT_TEST_MONGODB_URI'] !== undefined;
}

/** For the service on MongoDB; the other targets do without, on a machine that can run none. */
async function startDatabase(): Promise<DatabaseServer | undefined> {
  const given = process.env['MONGODB_URI'];
  const server = given
    ? { name: 'the server that MONGODB_URI names', uri: given, stop: () => Promise.resolve() }
    : await startServer().catch((error: unknown) => {
        say(`No target runs over MongoDB: ${String(error)}`);
        return undefined;
      });
  if (!server) return undefined;
  process.env['SALLYPORT_TEST_MONGODB_URI'] = server.uri;
  say(`MongoDB: ${server.name}`);
  return server;
}

main(JSON.parse(process.argv[2] ?? '{}') as Wishes).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
