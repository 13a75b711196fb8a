/** One way of doing the same work. */
export interface Contender {
  readonly name: string;
  /** Does it `times` times. */
  readonly run: (times: number) => Promise<void>;
}

export interface Result {
  readonly name: string;
  /** Microseconds per piece of work: the median of all rounds. */
  readonly microseconds: number;
}

/**
 * Times contenders in turn, round by round, so that a machine that slows down slows all of them; the first round warms up
 * and is not counted.
 */
export async function compete(
  contenders: readonly Contender[],
  rounds: number,
  times: number,
): Promise<Result[]> {
  const samples = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, run } of contenders) {
      const start = process.hrtime.bigint();
      await run(times);
      const microseconds = Number(process.hrtime.bigint() - start) / 1000 / times;
      if (round > 0) samples.get(name)?.push(microseconds);
    }
  }
  return contenders.map(({ name }) => ({ name, microseconds: median(samples.get(name) ?? []) }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** A table whose last column is the ratio to the contender named `floor`: the figure that travels between machines. */
export function table(title: string, results: readonly Result[], floor: string): string {
  const base = results.find(({ name }) => name === floor)?.microseconds ?? NaN;
  const width = Math.max(...results.map(({ name }) => name.length));
  const rows = results.map(
    ({ name, microseconds }) =>
      `  ${name.padEnd(width)}  ${microseconds.toFixed(1).padStart(8)} us  ${(microseconds / base).toFixed(2).padStart(6)} x`,
  );
  return [title, ...rows].join('\n');
}
