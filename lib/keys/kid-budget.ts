const BURST = 3;
const INTERVAL_MS = 5000;

/**
 * Rate limit of the fetches that unknown kids cause: a burst of 3, then one in 5 s. That is enough for a key rotation,
 * and forged kids cause few fetches.
 */
export function kidBudget(now: () => number): { take: () => boolean } {
  let left = BURST;
  let countedAt = now();

  function refill(): void {
    const time = now();
    const earned = Math.floor((time - countedAt) / INTERVAL_MS);
    if (earned < 0 || left + earned >= BURST) {
      left = earned < 0 ? left : BURST;
      countedAt = time;
      return;
    }
    left += earned;
    countedAt += earned * INTERVAL_MS;
  }

  return {
    take() {
      refill();
      if (left === 0) return false;
      left -= 1;
      return true;
    },
  };
}
