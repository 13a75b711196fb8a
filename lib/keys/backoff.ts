const BASE_MS = 1000;
const CAP_MS = 30_000;

/**
 * Milliseconds to wait before the next retry of a failing issuer: exponential backoff from 1 s up to 30 s, less a
 * random part of up to half (jitter), so that many instances do not retry at the same time.
 */
export function backoffMs(failures: number, random: () => number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** (failures - 1));
  return ceiling * (1 - random() / 2);
}
