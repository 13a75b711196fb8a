import cluster from 'node:cluster';
import type { Fellows } from './fellows';
import type { FromPrimary, FromWorker, SentGap } from './messages';

/**
 * Tells our workers from those of a process manager that uses node:cluster as well, where each process is a whole
 * service.
 */
export const WORKER_ARGUMENT = 'worker';

/** The number of this worker; undefined in any other process. */
export function workerNumber(): number | undefined {
  return process.argv[2] === WORKER_ARGUMENT ? cluster.worker?.id : undefined;
}

/** Longer than the deadline of the primary. */
const PATIENCE_MS = 3000;
const PRIMARY_SILENT: SentGap = {
  missing: 'primary',
  failure: { code: 'overloaded', detail: 'The primary has too much to do at the moment.', retryAfter: 1 },
};

/** The primary, as seen by a worker. */
export interface FollowedPrimary extends Fellows {
  tellListening(): void;
  /**
   * Reports that this worker cannot start. Resolves when it should log why: one of several that fail for the same
   * reason does.
   */
  mayExplain(): Promise<void>;
}

/**
 * Follows the primary, and ignores signals: a terminal and most supervisors send them to every process of the group,
 * and the worker would take the primary's message for the second signal.
 */
export function followPrimary(stop: (waitFirst: boolean) => void): FollowedPrimary {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  let lacks: () => Promise<readonly SentGap[]> = () => Promise.resolve([]);
  let measure: () => Promise<readonly object[]> = () => Promise.resolve([]);
  process.on('message', ({ type }: FromPrimary) => {
    if (type === 'drain' || type === 'stop') stop(type === 'drain');
    // A worker that fails to measure does not answer: the primary goes on without it.
    if (type === 'measure')
      measure().then(
        (samples) => tell({ type: 'measured', samples }),
        () => undefined,
      );
    if (type === 'what do you lack') void lacks().then((gaps) => tell({ type: 'lacks', gaps }));
  });
  return {
    mayListen: async () => {
      tell({ type: 'prepared' });
      await heard('listen');
    },
    tellListening: () => {
      tell({ type: 'listening' });
    },
    mayExplain: async () => {
      tell({ type: 'failed' });
      await heard('explain');
    },
    ask: oneAtATime(async () => {
      tell({ type: 'ask' });
      return (await heard('others lack', PATIENCE_MS))?.gaps ?? [PRIMARY_SILENT];
    }),
    answerWith: (given) => {
      lacks = given;
    },
    measureWith: (given) => {
      measure = given;
    },
  };
}

/** The next message of this type; undefined after the timeout. */
function heard<T extends FromPrimary['type']>(
  type: T,
  patienceMs?: number,
): Promise<Extract<FromPrimary, { type: T }> | undefined> {
  return new Promise((resolve) => {
    const timer = patienceMs === undefined ? undefined : setTimeout(() => end(undefined), patienceMs);
    const listener = (message: FromPrimary): void => {
      if (isOf(type, message)) end(message);
    };
    function end(message: Extract<FromPrimary, { type: T }> | undefined): void {
      process.off('message', listener);
      clearTimeout(timer);
      resolve(message);
    }
    process.on('message', listener);
  });
}

function isOf<T extends FromPrimary['type']>(
  type: T,
  message: FromPrimary,
): message is Extract<FromPrimary, { type: T }> {
  return message.type === type;
}

/** Concurrent callers share one question. */
function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask().finally(() => (asked = undefined)));
}

/** Errors are ignored: without the primary this process is about to exit. */
function tell(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
