const BASE_MS = 1000;
const CAP_MS = 30_000;

/**
 * How long to wait before the next retry of a failing issuer, in milliseconds: twice as long after each failure, up to 30 s, less a
 * random part of up to half, so that many instances do not come back at the same moment.
 */
export function backoffMs(failures: number, random: () => number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** (failures - 1));
  return ceiling * (1 - random() / 2);
}
