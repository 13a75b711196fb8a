const SHORT_LIFE_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/**
 * Returns the pause before a worker is replaced, in milliseconds: 0 at first, then 500 ms up to 30 s, doubling with
 * each worker that lived less than a minute.
 */
export function restartPauses(): (livedMs: number) => number {
  let shortLives = 0;
  return (livedMs) => {
    shortLives = livedMs < SHORT_LIFE_MS ? shortLives + 1 : 1;
    return shortLives === 1 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (shortLives - 2), MAX_PAUSE_MS);
  };
}
