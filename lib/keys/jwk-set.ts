import { setImmediate } from 'node:timers/promises';
import type { UnusableKey } from '../events';
import { isRecord, UnusableJwk } from './jwk';
import { judged, kidOf, reported } from './jwk-candidates';
import { keyImporter, type KeyImports } from './key-imports';
import { ambiguousMembers, keyTable, type ImportedMember, type KeyTable } from './key-table';

/** A checked JWK Set: the usable keys by `kid` and algorithm, and the unusable ones with the reason. */
export interface JwkSet {
  readonly keys: KeyTable;
  /** At most 100 of them, and one entry with the number of the others. */
  readonly unusable: readonly UnusableKey[];
  readonly imports: KeyImports;
}

const MAX_KEYS = 100;
const MAX_REPORTED = 100;
const MAX_REPORTED_KID = 200;
const IMPORTS_PER_TURN = 10;
const TOO_MANY = 'too many keys in the set';
const AMBIGUOUS = 'shares its kid with another key that fits the same algorithm';

/**
 * Reads a JWK Set (RFC 7517 section 5); undefined if the document is not one. A key that `previous` has with the same
 * content is the same object, and is not imported again. Uses the first 100 usable keys among the first 1000.
 */
export function readJwkSet(document: unknown, previous?: JwkSet): JwkSet | undefined {
  const reading = readingJwkSet(document, previous);
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

/** The same without blocking other requests: imports at most 10 keys in one turn of the event loop. */
export async function readJwkSetInTurns(
  document: unknown,
  previous: JwkSet | undefined,
  signal: AbortSignal,
): Promise<JwkSet | undefined> {
  const reading = readingJwkSet(document, previous);
  for (let imports = 1; ; imports += 1) {
    const { done, value } = reading.next();
    if (done) return value;
    if (imports % IMPORTS_PER_TURN === 0) await setImmediate();
    signal.throwIfAborted();
  }
}

/** Yields after each candidate. */
function* readingJwkSet(document: unknown, previous?: JwkSet): Generator<undefined, JwkSet | undefined> {
  if (!isRecord(document) || !Array.isArray(document['keys'])) return undefined;
  const { candidates, unusable, beyond } = judged(document['keys']);
  const importer = keyImporter(previous?.imports);
  const members: ImportedMember[] = [];
  const distinct = new Set<string>();
  for (const { kid, parameters, purpose } of candidates) {
    try {
      const isFull = distinct.size === MAX_KEYS || importer.isSpent();
      if (isFull && !importer.knows(parameters)) throw new UnusableJwk(TOO_MANY);
      const jwk = importer.import(parameters);
      const identity = JSON.stringify([kid, jwk, purpose.issuer]);
      if (distinct.size === MAX_KEYS && !distinct.has(identity)) throw new UnusableJwk(TOO_MANY);
      distinct.add(identity);
      members.push({ kid, jwk, purpose, identity });
    } catch (error) {
      unusable.push(reported(kid, error));
    }
    yield;
  }
  for (const member of beyond) unusable.push({ kid: kidOf(member), why: TOO_MANY });
  const ambiguous = ambiguousMembers(members);
  for (const { kid } of ambiguous) unusable.push({ kid, why: AMBIGUOUS });
  const clear = members.filter((member) => !ambiguous.has(member));
  return { keys: keyTable(clear, previous?.keys), unusable: bounded(unusable), imports: importer.imports };
}

/** So that a set of thousands of keys cannot fill the log. */
function bounded(unusable: readonly UnusableKey[]): readonly UnusableKey[] {
  const told = unusable
    .slice(0, MAX_REPORTED)
    .map(({ kid, why }) => ({ kid: kid?.slice(0, MAX_REPORTED_KID), why }));
  const others = unusable.length - told.length;
  return others === 0 ? told : [...told, { kid: undefined, why: `and ${String(others)} others` }];
}
