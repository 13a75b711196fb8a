import type { RevocationTarget } from '../revocations/revocations';

/** What a verified message asks for. */
export interface Signal {
  readonly targets: readonly RevocationTarget[];
  /** The events that are supported, by the URI of their type. */
  readonly known: readonly string[];
  readonly unknown: readonly string[];
}
