import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '../ops/logger';
import { closeUntaken } from './close-untaken';
import { MeasurementRound } from './measurement-round';
import type { FromPrimary, FromWorker } from './messages';
import { ReadinessRounds } from './readiness-rounds';
import { restartPauses } from './restarts';
import { WORKER_ARGUMENT } from './worker';

export interface PrimaryOptions {
  readonly count: number;
  readonly logger: Logger;
  /**
   * Called when a worker exited by itself before any worker listened, so a replacement would fail as well. All workers
   * have exited by then.
   */
  readonly onUnstartable: () => void;
}

/**
 * Keeps `count` workers on one port, and serves no requests itself. No worker listens before all are prepared, and
 * workers that die are replaced. Only the primary handles signals, and passes them on.
 */
export class Primary {
  readonly #live = new Set<Worker>();
  readonly #waiting = new Set<Worker>();
  readonly #serving = new Set<Worker>();
  readonly #readiness: ReadinessRounds<Worker>;
  readonly #measurements: MeasurementRound<Worker>;
  readonly #pauseAfter = restartPauses();
  readonly #ended: Promise<void>;
  #tellEnded: () => void = () => undefined;
  #mayListen = false;
  #everServed = false;
  #explained = false;
  #stopping = false;
  #failed = false;

  constructor(private readonly options: PrimaryOptions) {
    this.#ended = new Promise((resolve) => (this.#tellEnded = resolve));
    this.#readiness = new ReadinessRounds({
      name: ({ id }) => `worker ${id}`,
      ask: (worker) => {
        tell(worker, { type: 'what do you lack' });
      },
      reply: (worker, gaps) => {
        tell(worker, { type: 'others lack', gaps });
      },
      serving: () => this.#serving,
      count: options.count,
    });
    this.#measurements = new MeasurementRound(
      (worker) => {
        tell(worker, { type: 'measure' });
      },
      () => this.#serving,
    );
    // Without round robin the kernel gives one of four workers twenty times as many connections as another, whether
    // they accept from one socket or have a listener each; the latter also loses connections that wait for a worker
    // when it dies.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.setupPrimary({ args: [WORKER_ARGUMENT] });
    // Whichever way this process exits, no worker is left running.
    process.once('exit', () => {
      for (const worker of this.#live) worker.process.kill('SIGKILL');
    });
    for (let index = 0; index < options.count; index += 1) this.#start();
  }

  /** Resolves when all workers have exited with code 0, rejects if one did not. `waitFirst`: see `shutDown`. */
  async stop(waitFirst: boolean): Promise<void> {
    this.#stopping = true;
    this.#letListen();
    for (const worker of this.#live) tell(worker, { type: waitFirst ? 'drain' : 'stop' });
    if (this.#live.size > 0) await this.#ended;
    if (this.#failed) throw new Error('A worker did not end in order');
  }

  /** The metrics of each serving worker that answers within 2 s. */
  samples(): Promise<readonly (readonly object[])[]> {
    return this.#measurements.ask();
  }

  #start(): void {
    if (this.#stopping) return;
    const worker = cluster.fork();
    const began = performance.now();
    this.#live.add(worker);
    closeUntaken(worker);
    this.options.logger.info({ worker: worker.id, pid: worker.process.pid }, 'worker started');
    worker.on('message', (message: FromWorker) => {
      this.#hear(worker, message);
    });
    worker.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
      this.#forget(worker);
      const { id } = worker;
      if (this.#stopping) this.#endedWhileStopping(code);
      else if (this.#everServed || signal !== null)
        this.#replace({ worker: id, code, signal }, performance.now() - began);
      else this.#giveUp({ worker: id, code });
    });
  }

  #hear(worker: Worker, message: FromWorker): void {
    switch (message.type) {
      case 'prepared':
        this.#waiting.add(worker);
        if (this.#mayListen || this.#waiting.size === this.options.count) this.#letListen();
        break;
      case 'listening':
        this.#everServed = true;
        this.#serving.add(worker);
        break;
      case 'failed':
        this.#failedToStart(worker);
        break;
      case 'ask':
        this.#readiness.ask(worker);
        break;
      case 'lacks':
        this.#readiness.answered(worker, message.gaps);
        break;
      case 'measured':
        this.#measurements.answered(worker, message.samples);
    }
  }

  #forget(worker: Worker): void {
    this.#live.delete(worker);
    this.#waiting.delete(worker);
    this.#serving.delete(worker);
    this.#readiness.gone(worker);
    this.#measurements.gone(worker);
  }

  /** At start all workers fail for the same reason, so only one logs it. */
  #failedToStart(worker: Worker): void {
    if (this.#explained && !this.#everServed) return;
    this.#explained = true;
    tell(worker, { type: 'explain' });
  }

  #letListen(): void {
    this.#mayListen = true;
    for (const worker of this.#waiting) tell(worker, { type: 'listen' });
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

/** Errors are ignored: a worker that has exited needs no message. */
function tell(worker: Worker, message: FromPrimary): void {
  worker.send(message, undefined, () => undefined);
}
