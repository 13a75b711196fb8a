import { run } from './project';

/** One host of the street: what is run in its project, and what must come of what is tried there. */
export interface Host {
  readonly host: string;
  /** A file of the fixture, and its arguments. */
  readonly file: readonly [string, ...string[]];
  readonly expected: Readonly<Record<string, unknown>>;
}

/** What every host that mounts the chain and `problemDetails` answers. */
export const guarded = {
  'valid token': [200, 'user_1'],
  'no token': [401, 'missing_credentials', 'Bearer realm="api"'],
  "another's path": [403, 'not_owner'],
  'own 422': [422, 'The name is taken.'],
  bug: [500, 'planted'],
} as const;

/** Tries one host, shows its row of the table, and resolves with what came of it. */
export async function row(host: string, attempt: () => Promise<unknown>): Promise<unknown> {
  const outcome = await attempt().catch((error: unknown) => {
    show(host, 'FAILED: nothing came of it');
    throw error;
  });
  show(host, inWords(outcome));
  return outcome;
}

/** A line of the table, also for what could not be tried. */
export function show(host: string, result: string): void {
  process.stderr.write(`street | ${host} | ${result}\n`);
}

function inWords(outcome: unknown): string {
  if (typeof outcome !== 'object' || outcome === null) return String(outcome);
  return Object.entries(outcome)
    .map(([tried, came]) => `${tried}: ${typeof came === 'string' ? came : JSON.stringify(came)}`)
    .join('; ');
}

/** The last line that a file of the fixture prints. Rejects where the process fails, as for an unhandled rejection. */
export async function outcomeOf(
  project: string,
  file: readonly string[],
  node = process.execPath,
): Promise<unknown> {
  const output = await run(project, node, file, { node });
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
}
