import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from './client';

/** Counts answers, for promises about all of them. */
export class Tally {
  readonly #counts = new Map<string, number>();
  slowestMs = 0;

  add({ outcome, code, ms }: Answer): void {
    const name = code === undefined ? outcome : `${outcome} ${code}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    this.slowestMs = Math.max(this.slowestMs, ms);
  }

  /** How many were any of these: `201`, or `503 overloaded`. */
  count(...names: readonly string[]): number {
    return names.reduce((sum, name) => sum + (this.#counts.get(name) ?? 0), 0);
  }

  total(): number {
    return this.count(...this.#counts.keys());
  }

  /** Whether there were answers, and all of them these. */
  onlyHas(...names: readonly string[]): boolean {
    return this.total() > 0 && this.count(...names) === this.total();
  }

  toString(): string {
    const counts = [...this.#counts].map(([name, count]) => `${String(count)} x ${name}`);
    return `${counts.join(', ') || 'no answer'} (slowest ${(this.slowestMs / 1000).toFixed(1)} s)`;
  }
}

/** Asks over and over, `width` at a time, until `until` settles. */
export async function meanwhile(
  ask: () => Promise<Answer>,
  until: Promise<unknown>,
  { width = 4, pauseMs = 20 } = {},
): Promise<Tally> {
  const tally = new Tally();
  const state = { over: false };
  const over = until.finally(() => {
    state.over = true;
  });
  const keepAsking = async (): Promise<void> => {
    while (!state.over) {
      tally.add(await ask());
      await wait(pauseMs);
    }
  };
  await Promise.all([over, ...Array.from({ length: width }, keepAsking)]);
  return tally;
}
