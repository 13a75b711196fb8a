/*
 * Loaded before the service, with `--require`: makes happen inside its process, when told by message, what an operating
 * system or a bad moment would do to it. Nothing of the service knows of it.
 */
export interface Order {
  /** The wall clock is so many milliseconds ahead of the right time. `performance.now` stays as it is. */
  readonly clockOffsetMs?: number;
  /** The event loop does nothing for so long. */
  readonly blockMs?: number;
}

/** Intervals of a minute and more run so many times as often: sweeps and cleanings come within a scenario. */
const HASTE = Number(process.env['CHAOS_HASTE'] ?? '1');

let offset = 0;
const RealDate = Date;
const now = (): number => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget: typeof RealDate) =>
    Reflect.construct(target, args.length > 0 ? args : [now()], newTarget) as Date,
  get: (target, property, receiver): unknown =>
    property === 'now' ? now : Reflect.get(target, property, receiver),
});

const realInterval = setInterval;
const hastened = (work: () => void, ms = 0): NodeJS.Timeout =>
  realInterval(work, ms >= 60_000 ? ms / HASTE : ms);
globalThis.setInterval = Object.assign(hastened, realInterval);

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

process.on('message', ({ clockOffsetMs, blockMs }: Order) => {
  if (clockOffsetMs !== undefined) offset = clockOffsetMs;
  process.send?.('obeyed');
  if (blockMs !== undefined) block(blockMs);
});
// A channel that is listened to would keep the process alive.
process.channel?.unref();
