import type { SentGap } from './messages';

/** Longer than a worker needs to find that its store cannot be reached. */
const DEADLINE_MS = 2500;

export interface Asked<Worker> {
  readonly name: (worker: Worker) => string;
  /** Asks a worker for its gaps; the answer is passed to `answered`. */
  readonly ask: (worker: Worker) => void;
  readonly reply: (asker: Worker, gaps: readonly SentGap[]) => void;
  /** The workers that accept requests at the moment. */
  readonly serving: () => ReadonlySet<Worker>;
  /** The configured number of workers. */
  readonly count: number;
}

interface Round<Worker> {
  readonly askers: Set<Worker>;
  readonly waiting: Set<Worker>;
  readonly gaps: Map<Worker, readonly SentGap[]>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Lets each worker answer for the readiness of all. Questions go through the primary, which asks each worker once for
 * all concurrent questions, since anybody may request `/health/ready` any number of times.
 */
export class ReadinessRounds<Worker> {
  #round: Round<Worker> | undefined;

  constructor(private readonly asked: Asked<Worker>) {}

  ask(asker: Worker): void {
    this.#round ??= this.#begin();
    this.#round.askers.add(asker);
    this.#endIfComplete();
  }

  answered(worker: Worker, gaps: readonly SentGap[]): void {
    const round = this.#round;
    if (!round?.waiting.delete(worker)) return;
    round.gaps.set(worker, gaps);
    this.#endIfComplete();
  }

  /** Call it when a worker has exited: it is then reported as absent. */
  gone(worker: Worker): void {
    this.#round?.waiting.delete(worker);
    this.#round?.gaps.delete(worker);
    this.#round?.askers.delete(worker);
    this.#endIfComplete();
  }

  #begin(): Round<Worker> {
    const waiting = new Set(this.asked.serving());
    for (const worker of waiting) this.asked.ask(worker);
    const timer = setTimeout(() => {
      this.#end();
    }, DEADLINE_MS);
    return { askers: new Set(), waiting, gaps: new Map(), timer };
  }

  #endIfComplete(): void {
    if (this.#round?.waiting.size === 0) this.#end();
  }

  #end(): void {
    const round = this.#round;
    this.#round = undefined;
    if (!round) return;
    clearTimeout(round.timer);
    const absent = this.asked.count - this.asked.serving().size;
    const missing = absent > 0 ? [{ missing: `${absent} of ${this.asked.count} workers` }] : [];
    for (const asker of round.askers) this.asked.reply(asker, [...missing, ...this.#gapsBut(asker, round)]);
  }

  #gapsBut(asker: Worker, { gaps, waiting }: Round<Worker>): SentGap[] {
    const told = [...gaps].filter(([worker]) => worker !== asker);
    const silent = [...waiting].filter((worker) => worker !== asker);
    return [
      ...told.flatMap(([worker, lacking]) =>
        lacking.map((gap) => ({ ...gap, missing: this.#of(worker, gap) })),
      ),
      ...silent.map((worker) => ({ missing: this.asked.name(worker), failure: SILENT })),
    ];
  }

  #of(worker: Worker, { missing }: SentGap): string {
    return `${missing} (${this.asked.name(worker)})`;
  }
}

const SILENT = { code: 'overloaded', detail: 'A worker has too much to do at the moment.', retryAfter: 1 };
