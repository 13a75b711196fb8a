/** A timer that is this late did not fire when it was due: the process slept meanwhile, as on a host that freezes it between requests. */
export const LATE_TIMER_MS = 1000;
