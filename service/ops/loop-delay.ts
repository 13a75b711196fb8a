const SAMPLE_MS = 100;
/** Above this the service is overloaded. */
export const DELAY_LIMIT_MS = 500;

export interface LoopDelay {
  /** Milliseconds that work has lately waited for the event loop. */
  current(): number;
  stop(): void;
}

/** Halves towards each sample: one slow moment, however long, turns nobody away, and a second one does. */
export function measureLoopDelay(): LoopDelay {
  let delay = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const sample = Math.min(Math.max(0, now - last - SAMPLE_MS), 2 * DELAY_LIMIT_MS);
    delay = (delay + sample) / 2;
    last = now;
  }, SAMPLE_MS);
  timer.unref();
  return {
    current: () => delay,
    stop: () => {
      clearInterval(timer);
    },
  };
}
