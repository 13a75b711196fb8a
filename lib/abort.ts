/** Waits for shared work until this caller's `signal` aborts; the work goes on for other callers. */
export function whileWanted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    // Always handled: a rejection of work that nobody waits for must not end the process.
    const joined = work.then(resolve, reject);
    const leave = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      leave();
      return;
    }
    signal.addEventListener('abort', leave, { once: true });
    void joined.finally(() => {
      signal.removeEventListener('abort', leave);
    });
  });
}
