import fc from 'fast-check';
import type { FuzzProperty, FuzzTarget } from './target';

export interface Batch {
  readonly seed: number;
  /** fast-check's way to one input, when a failure is replayed. */
  readonly path?: string | undefined;
}

export interface Failure {
  readonly seed: number;
  readonly path: string | null;
  /** fast-check's report: the smallest input that fails, and how. */
  readonly report: string;
}

/** Longer than anything here may take: what does not end is a failure too. */
const MAX_MS = 10_000;

/** Checks a property for one batch of inputs; the failure, its input made as small as can be, or undefined. */
export async function runBatch(
  { runs, maxMs = MAX_MS }: FuzzTarget,
  property: FuzzProperty,
  { seed, path }: Batch,
): Promise<Failure | undefined> {
  const details = await fc.check(property, {
    seed,
    numRuns: runs,
    timeout: maxMs,
    ...(path !== undefined && { path }),
  });
  if (!details.failed) return undefined;
  const report = await fc.asyncDefaultReportMessage(details);
  return {
    seed,
    path: details.counterexamplePath,
    report: `${report.replace(/\n+Hint:.*/s, '')}\n${whyOf(details.errorInstance)}`,
  };
}

function whyOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? '') : String(error);
}

export function randomSeed(): number {
  return Math.floor(Math.random() * 0x7fff_ffff);
}
