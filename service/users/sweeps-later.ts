/** By then every request that began before the erasure or revocation has ended, on every instance. */
const SWEEP_AFTER_MS = 60_000;

export interface SweepsLater {
  /** Runs the sweep in a minute, and every minute after a failure until it succeeds. */
  later(sweep: () => Promise<void>): void;
  /** Runs the sweep now, and as `later` does after a failure. */
  attempt(sweep: () => Promise<void>): Promise<void>;
  /** Resolves once no sweep is pending. */
  done(): Promise<void>;
  stop(): void;
}

/** Runs background work after requests. Its timers do not keep the process running. */
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
