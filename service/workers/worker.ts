import cluster from 'node:cluster';
import type { FromPrimary, FromWorker } from './messages';

/** Tells workers of ours from those of a process manager that uses node:cluster too, in which each is a service alone. */
export const WORKER_ARGUMENT = 'worker';

/** The number of this worker; undefined in any other process. */
export function workerNumber(): number | undefined {
  return process.argv[2] === WORKER_ARGUMENT ? cluster.worker?.id : undefined;
}

/** The primary, as a worker knows it. */
export interface FollowedPrimary {
  /** Resolves when all workers are prepared, of which this one is. */
  mayListen(): Promise<void>;
  tellListening(): void;
}

/**
 * Does as the primary says, and heeds no signal itself: a terminal and most supervisors send theirs to every process of a
 * group, and the primary then sends the second one.
 */
export function followPrimary(stop: (waitFirst: boolean) => void): FollowedPrimary {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  const mayListen = new Promise<void>((resolve) => {
    process.on('message', (message: FromPrimary) => {
      if (message === 'listen') resolve();
      else stop(message === 'drain');
    });
  });
  return {
    mayListen: () => {
      tell('prepared');
      return mayListen;
    },
    tellListening: () => {
      tell('listening');
    },
  };
}

/** Where the primary is gone this process is about to end. */
function tell(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
