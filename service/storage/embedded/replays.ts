import type { ReplayStore } from 'sallyport';
import type { Environment, Tables } from './environment';
import { digestOf } from './keys';

interface Kept {
  /** Undefined once the claim is completed. */
  readonly holder?: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

const SWEEP_EVERY = 1000;

export function embeddedReplays(environment: Environment): ReplayStore {
  let claims = 0;
  return {
    claim: (id, holder, leaseMs) =>
      environment.write((tables) => {
        if (++claims % SWEEP_EVERY === 0) sweep(tables);
        const key = digestOf(id);
        const before = read(tables, key);
        if (before && before.until > Date.now()) return before.holder === undefined ? 'done' : 'busy';
        write(tables, key, { holder, until: Date.now() + leaseMs });
        return 'claimed';
      }),
    complete: (id, keepMs) =>
      environment.write((tables) => write(tables, digestOf(id), { until: Date.now() + keepMs })),
    release: (id, holder) =>
      environment.write((tables) => {
        const key = digestOf(id);
        if (read(tables, key)?.holder === holder) tables.replays.removeSync(key);
      }),
  };
}

function read({ replays }: Tables, key: string): Kept | undefined {
  const text = replays.get(key);
  return text === undefined ? undefined : (JSON.parse(text) as Kept);
}

function write({ replays }: Tables, key: string, kept: Kept): void {
  replays.putSync(key, JSON.stringify(kept));
}

function sweep(tables: Tables): void {
  const now = Date.now();
  for (const key of [...tables.replays.getKeys()]) {
    const kept = read(tables, key as string);
    if (kept && kept.until <= now) tables.replays.removeSync(key);
  }
}
