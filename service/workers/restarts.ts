const SHORT_LIFE_MS = 60_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/** How long to wait before a worker is replaced that lived so long: not at all, and longer with each short life. */
export function restartPauses(): (livedMs: number) => number {
  let shortLives = 0;
  return (livedMs) => {
    shortLives = livedMs < SHORT_LIFE_MS ? shortLives + 1 : 1;
    return shortLives === 1 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (shortLives - 2), MAX_PAUSE_MS);
  };
}
