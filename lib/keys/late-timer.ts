/** A timer that fires this late, in milliseconds, shows that the process was suspended, as serverless platforms do. */
export const LATE_TIMER_MS = 1000;
