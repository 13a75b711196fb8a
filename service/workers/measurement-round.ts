const DEADLINE_MS = 2000;

type Samples = readonly object[];

interface Round<Worker> {
  readonly waiting: Set<Worker>;
  readonly answers: Samples[];
  readonly end: () => void;
  readonly whole: Promise<readonly Samples[]>;
}

/**
 * Collects the metrics of every serving worker. Workers that do not answer within 2 s are left out; concurrent calls
 * share one round.
 */
export class MeasurementRound<Worker> {
  #round: Round<Worker> | undefined = undefined;

  constructor(
    private readonly askOne: (worker: Worker) => void,
    private readonly serving: () => ReadonlySet<Worker>,
  ) {}

  ask(): Promise<readonly Samples[]> {
    this.#round ??= this.#begin();
    const { whole } = this.#round;
    this.#endIfComplete();
    return whole;
  }

  answered(worker: Worker, samples: Samples): void {
    if (!this.#round?.waiting.delete(worker)) return;
    this.#round.answers.push(samples);
    this.#endIfComplete();
  }

  gone(worker: Worker): void {
    this.#round?.waiting.delete(worker);
    this.#endIfComplete();
  }

  #begin(): Round<Worker> {
    const waiting = new Set(this.serving());
    const answers: Samples[] = [];
    let tell: (answers: readonly Samples[]) => void = () => undefined;
    const whole = new Promise<readonly Samples[]>((resolve) => (tell = resolve));
    const end = (): void => {
      clearTimeout(timer);
      this.#round = undefined;
      tell(answers);
    };
    const timer = setTimeout(end, DEADLINE_MS);
    for (const worker of waiting) this.askOne(worker);
    return { waiting, answers, end, whole };
  }

  #endIfComplete(): void {
    if (this.#round?.waiting.size === 0) this.#round.end();
  }
}
