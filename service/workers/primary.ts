import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '../ops/logger';
import type { FromPrimary, FromWorker } from './messages';
import { restartPauses } from './restarts';
import { WORKER_ARGUMENT } from './worker';

export interface PrimaryOptions {
  readonly count: number;
  readonly logger: Logger;
  /** A worker ended by itself before it listened, and so would its successors. All others have ended by now. */
  readonly onUnstartable: () => void;
}

/**
 * Keeps so many workers on one port, and serves nothing itself. None listens before all are prepared; one that dies is
 * replaced; signals reach them through the primary alone.
 */
export class Primary {
  readonly #live = new Set<Worker>();
  readonly #waiting = new Set<Worker>();
  readonly #pauseAfter = restartPauses();
  readonly #ended: Promise<void>;
  #tellEnded: () => void = () => undefined;
  #mayListen = false;
  #stopping = false;
  #failed = false;

  constructor(private readonly options: PrimaryOptions) {
    this.#ended = new Promise((resolve) => (this.#tellEnded = resolve));
    // Each worker accepts by itself: a connection that is on its way to a worker which dies would stay open unanswered.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({ args: [WORKER_ARGUMENT] });
    // However this process ends itself, nothing is left behind.
    process.once('exit', () => {
      for (const worker of this.#live) worker.process.kill('SIGKILL');
    });
    for (let index = 0; index < options.count; index += 1) this.#start();
  }

  /** Resolves when all workers have ended in order. `waitFirst`: see `shutDown`. */
  async stop(waitFirst: boolean): Promise<void> {
    this.#stopping = true;
    this.#letListen();
    for (const worker of this.#live) tell(worker, waitFirst ? 'drain' : 'stop');
    if (this.#live.size > 0) await this.#ended;
    if (this.#failed) throw new Error('A worker did not end in order');
  }

  #start(): void {
    if (this.#stopping) return;
    const worker = cluster.fork();
    const began = performance.now();
    let served = false;
    this.#live.add(worker);
    this.options.logger.info({ worker: worker.id, pid: worker.process.pid }, 'worker started');
    worker.on('message', (message: FromWorker) => {
      if (message === 'listening') served = true;
      if (message === 'prepared') this.#prepared(worker);
    });
    worker.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
      this.#live.delete(worker);
      this.#waiting.delete(worker);
      const { id } = worker;
      if (this.#stopping) this.#endedWhileStopping(code);
      else if (served || signal !== null)
        this.#replace({ worker: id, code, signal }, performance.now() - began);
      else this.#giveUp({ worker: id, code });
    });
  }

  #prepared(worker: Worker): void {
    this.#waiting.add(worker);
    if (this.#mayListen || this.#waiting.size === this.options.count) this.#letListen();
  }

  #letListen(): void {
    this.#mayListen = true;
    for (const worker of this.#waiting) tell(worker, 'listen');
    this.#waiting.clear();
  }

  #replace(death: object, livedMs: number): void {
    const pauseMs = this.#pauseAfter(livedMs);
    this.options.logger.error({ ...death, pauseMs }, 'a worker died and is replaced');
    setTimeout(() => {
      this.#start();
    }, pauseMs);
  }

  #giveUp(death: object): void {
    const { logger, onUnstartable } = this.options;
    logger.fatal(death, 'a worker cannot start');
    this.stop(false).then(onUnstartable, onUnstartable);
  }

  #endedWhileStopping(code: number | null): void {
    if (code !== 0) this.#failed = true;
    if (this.#live.size === 0) this.#tellEnded();
  }
}

/** A worker that is gone needs to be told nothing. */
function tell(worker: Worker, message: FromPrimary): void {
  worker.send(message, undefined, () => undefined);
}
