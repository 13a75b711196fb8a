import { Gauge, type Registry, type RegistryContentType } from 'prom-client';
import type { KeySourceState } from '../keys/key-source';
import type { RevocationsState } from '../revocations/revocations';

type Revoked = Pick<RevocationsState, 'entries' | 'ageSeconds'>;

interface WatchedState {
  readonly keys: readonly (Pick<KeySourceState, 'source' | 'ageSeconds'> & { readonly issuer: string })[];
  readonly revocations: Revoked | undefined;
}

/** The part of a chain that is read; `sallyport()` returns it. */
export interface Watched {
  state(): WatchedState;
}

type States = () => readonly WatchedState[];
type Registers = readonly Registry<RegistryContentType>[];

/** Reads the state of the chains at each collection; among several chains or processes, the highest value counts. */
export function gauges(registry: Registry<RegistryContentType>, inFlight: (() => number) | undefined) {
  const ports = new Set<Watched>();
  const states: States = () => [...ports].map((port) => port.state());
  const registers = [registry];
  keysGauge(registers, states);
  revocationsGauge(registers, states, {
    name: 'sallyport_revocations_live',
    help: 'Revocations that act here.',
    valueOf: ({ entries }) => entries,
  });
  revocationsGauge(registers, states, {
    name: 'sallyport_revocations_age_seconds',
    help: 'Seconds since revocations were last read from their store.',
    valueOf: ({ ageSeconds }) => ageSeconds,
  });
  if (inFlight) inFlightGauge(registers, inFlight);
  return {
    watch: (port: Watched): void => {
      ports.add(port);
    },
    /** Events have the source of the keys: the URL of the JWK Set if it was given, else the issuer. */
    issuerOf: (source: string): string => {
      const keys = states().flatMap((state) => state.keys);
      return keys.find((state) => state.source === source)?.issuer ?? source;
    },
  };
}

function keysGauge(registers: Registers, states: States): void {
  new Gauge({
    name: 'sallyport_keys_age_seconds',
    help: "Seconds since an issuer's keys were last read; absent before the first time.",
    labelNames: ['issuer'],
    aggregator: 'max',
    registers: [...registers],
    collect() {
      this.reset();
      for (const [issuer, age] of keyAges(states())) this.set({ issuer }, age);
    },
  });
}

function keyAges(states: readonly WatchedState[]): ReadonlyMap<string, number> {
  const ages = new Map<string, number>();
  for (const { issuer, ageSeconds } of states.flatMap(({ keys }) => keys)) {
    if (ageSeconds !== undefined) ages.set(issuer, Math.max(ageSeconds, ages.get(issuer) ?? 0));
  }
  return ages;
}

interface OfRevocations {
  readonly name: string;
  readonly help: string;
  readonly valueOf: (state: Revoked) => number | undefined;
}

/** No value, instead of 0: without revocations, and for the age before the first read. */
function revocationsGauge(
  registers: Registers,
  states: States,
  { name, help, valueOf }: OfRevocations,
): void {
  new Gauge({
    name,
    help,
    aggregator: 'max',
    registers: [...registers],
    collect() {
      this.remove();
      const values = states().flatMap(({ revocations }) => revocations && valueOf(revocations));
      const known = values.filter((value) => value !== undefined);
      if (known.length > 0) this.set(Math.max(...known));
    },
  });
}

function inFlightGauge(registers: Registers, inFlight: () => number): void {
  new Gauge({
    name: 'sallyport_in_flight',
    help: 'Requests under way.',
    registers: [...registers],
    collect() {
      this.set(inFlight());
    },
  });
}
