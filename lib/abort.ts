/** Waits for shared work only as long as this caller wants to; the work itself goes on for the others. */
export function whileWanted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    // Joined in any case: work that nobody waits for may fail, and must not end the process.
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
