/** Shuts down gracefully on the first signal, and exits immediately on the second. */
export function onSignals(
  stop: (waitFirst: boolean) => Promise<void>,
  onFailure: (error: unknown) => void,
): void {
  let stopping = false;
  const on = (signal: 'SIGTERM' | 'SIGINT', code: number): void => {
    process.on(signal, () => {
      if (stopping) process.exit(code);
      stopping = true;
      stop(signal === 'SIGTERM').then(() => process.exit(0), onFailure);
    });
  };
  on('SIGTERM', 143);
  on('SIGINT', 130);
}
