import type { Asked } from './asked';
import { refusedBy, STEPS, type Known, type StepName } from './decided';
import { noteOf } from './notes';

/**
 * `passed` let the request on. `decided` refused it, or gave the answer. `skipped` had nothing to do for it, such as what the
 * cache repeats. `unreached` comes after the one that refused.
 */
export type Outcome = 'passed' | 'decided' | 'skipped' | 'unreached';

export interface Step {
  readonly name: StepName;
  readonly outcome: Outcome;
  /** What is known of it here, from the request, the answer and the events; empty where that is nothing. */
  readonly note: string;
}

/** Behind the cache, so not asked of a credential that was seen a moment ago. */
const CACHED: readonly StepName[] = ['strict parse', 'key', 'engine', 'claims'];
/** What an API key has none of. */
const OF_TOKENS: readonly StepName[] = ['engine', 'claims'];
/** What comes before the signature is looked at. */
const BEFORE_CLAIMS: readonly StepName[] = ['key', 'engine'];

/** The way of one request, as the service's own events and its answer tell it. Empty where they do not tell. */
export function wayOf(asked: Asked, known: Known): readonly Step[] {
  const decisive = known.answer.status < 400 ? answeredBy(asked) : refusedBy(known);
  if (decisive === undefined) return [];
  const skipped = skippedBy(asked, known, decisive);
  const end = STEPS.indexOf(decisive);
  return STEPS.map((name, index) => {
    const outcome = outcomeAt(index, end, skipped.has(name));
    return { name, outcome, note: outcome === 'unreached' ? '' : noteOf(name, outcome, asked, known) };
  });
}

function outcomeAt(index: number, end: number, isSkipped: boolean): Outcome {
  if (index === end) return 'decided';
  if (index > end) return 'unreached';
  return isSkipped ? 'skipped' : 'passed';
}

/** What a success comes from: who the caller is follows from the proof alone. */
function answeredBy({ path }: Asked): StepName {
  return path === '/api/users/me' ? 'handler' : 'store';
}

function skippedBy({ credential }: Asked, { events }: Known, decisive: StepName): ReadonlySet<StepName> {
  if (events.some(({ event }) => event === 'cache_hit')) return new Set(CACHED);
  if (credential.kind === 'api-key') return new Set(OF_TOKENS);
  // The issuer and the form of the times are looked at before any key is asked for.
  const refusal = events.find(({ event }) => event === 'refused');
  const unsigned = decisive === 'claims' && refusal?.['proven'] === undefined;
  return new Set(unsigned ? BEFORE_CLAIMS : []);
}
