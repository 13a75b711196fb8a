import type { RevocationTarget } from '../revocations/revocations';

/** What a message asks for, once it is believed. */
export interface Signal {
  readonly targets: readonly RevocationTarget[];
  /** The events that are acted on, by the name that their standard gives them. */
  readonly known: readonly string[];
  readonly unknown: readonly string[];
}
