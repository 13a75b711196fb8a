/** A timer that fires this late shows that the process was suspended, as on a host that freezes it between requests. */
export const LATE_TIMER_MS = 1000;
