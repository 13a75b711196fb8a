/** By then every request that began before the erasure has ended, on every instance. */
const SWEEP_AFTER_MS = 60_000;

export interface SweepsLater {
  /** Sweeps in a minute, and again each minute until it succeeds. */
  later(sweep: () => Promise<void>): void;
  /** Sweeps now, and later where that fails. */
  attempt(sweep: () => Promise<void>): Promise<void>;
  /** Resolves once no sweep is due any more. */
  done(): Promise<void>;
  stop(): void;
}

/** What is to be done behind the requests. Its timers keep no process up. */
export function sweepsLater(onFailure: (error: unknown) => void): SweepsLater {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  let due = 0;
  let told: (() => void)[] = [];

  function settle(): void {
    due -= 1;
    if (due > 0) return;
    for (const tell of told) tell();
    told = [];
  }

  function later(sweep: () => Promise<void>): void {
    if (stopped) return;
    due += 1;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(sweep).then(settle);
    }, SWEEP_AFTER_MS).unref();
    timers.add(timer);
  }

  async function attempt(sweep: () => Promise<void>): Promise<void> {
    await sweep().catch((error: unknown) => {
      onFailure(error);
      later(sweep);
    });
  }

  return {
    later,
    attempt,
    done: () =>
      new Promise((resolve) => {
        if (due === 0) resolve();
        else told.push(resolve);
      }),
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
