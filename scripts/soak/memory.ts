export interface Sample {
  readonly seconds: number;
  /** Resident, without mapped files where the system tells them apart. */
  readonly megabytes: number;
}

export interface Verdict {
  readonly before: number;
  readonly after: number;
  /** 0.1 is 10 %. */
  readonly growth: number;
  readonly passed: boolean;
}

const MAX_GROWTH = 0.1;
const WINDOWS = 9;

/** The median of the window after the warm-up (the first third) against that of the last window. */
export function verdictOn(samples: readonly Sample[]): Verdict {
  const windows = windowsOf(samples);
  const before = windows[WINDOWS / 3] ?? NaN;
  const after = windows[WINDOWS - 1] ?? NaN;
  const growth = after / before - 1;
  return { before, after, growth, passed: growth <= MAX_GROWTH };
}

export function memoryReport(samples: readonly Sample[]): string {
  const { before, after, growth, passed } = verdictOn(samples);
  const total = samples.at(-1)?.seconds ?? 0;
  const rows = windowsOf(samples).map((megabytes, index) => {
    const from = ((index * total) / WINDOWS / 60).toFixed(1);
    return `  from minute ${from.padStart(5)}  ${megabytes.toFixed(1).padStart(7)} MB`;
  });
  const verdict = `after the warm-up ${before.toFixed(1)} MB, at the end ${after.toFixed(1)} MB`;
  const percent = `${(growth * 100).toFixed(1)} %`;
  return [
    'Resident memory of the service, median of each window',
    ...rows,
    `  ${verdict}: ${percent}, ${passed ? 'within' : 'MORE THAN'} 10 %`,
  ].join('\n');
}

function windowsOf(samples: readonly Sample[]): number[] {
  return Array.from({ length: WINDOWS }, (_, index) => {
    const from = Math.floor((index * samples.length) / WINDOWS);
    const to = Math.floor(((index + 1) * samples.length) / WINDOWS);
    return median(samples.slice(from, to).map(({ megabytes }) => megabytes));
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
