const RealDate = Date;
const realNow = Date.now.bind(Date);

/** Milliseconds since the epoch that `Date` tells while it stands. */
let standing: number | undefined;

export function realTime(): number {
  return realNow();
}

// In place and from the start: who is made with `Date.now` for a clock keeps that very function.
RealDate.now = () => standing ?? realNow();

class StandingDate extends RealDate {
  constructor(...given: [] | ConstructorParameters<typeof Date>) {
    if (given.length === 0) super(RealDate.now());
    else super(...given);
  }
}

// mongoose knows types by their names.
Object.defineProperty(StandingDate, 'name', { value: 'Date' });

/** The clock of this process, service and issuer included: it stands until told otherwise. Timers go on as ever. */
export function standAt(ms: number): void {
  standing = ms;
  globalThis.Date = StandingDate as DateConstructor;
}

export function releaseClock(): void {
  standing = undefined;
  globalThis.Date = RealDate;
}
