const SAMPLE_MS = 100;
/** Above this delay, requests are answered 503 `overloaded`. */
export const DELAY_LIMIT_MS = 500;

export interface LoopDelay {
  /** Recent delay of the event loop, in milliseconds. */
  current(): number;
  stop(): void;
}

/**
 * Averages each sample with the value before: a single slow moment of any length refuses no request, a second one soon
 * after it does.
 */
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
