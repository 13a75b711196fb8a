import type { Auth } from '../auth';
import { provenanceOf } from '../provenance';
import { type Expiring, expiry, type ExpiryOptions } from './expiry';
import type { Revocation, RevokedBy } from './revocation-store';

/**
 * The current revocations in memory. A check is one look-up for each of jti, sid, token, key and subject, however many
 * entries there are. An entry takes about 150 bytes: 15 MB for 100 000 entries.
 */
export interface RevocationIndex {
  /** Returns whether it is new or extends an entry. */
  add(revocation: Revocation): boolean;
  /** The kind of revocation that applies to the proof; undefined for none. */
  find(auth: Auth): RevokedBy | undefined;
  /** Drops expired entries. */
  sweep(): void;
  /** Whether a dropped entry applies again, since the clock by which it had expired was set back. */
  readonly isIncomplete: () => boolean;
  /** Must be called before all entries are added again. */
  readonly startOver: () => void;
  size(): number;
}

export interface IndexOptions extends ExpiryOptions {
  readonly toleranceMs: number;
}

interface Entry extends Expiring {
  readonly at: number;
}

/** Nested maps, so that a look-up does not concatenate strings. */
type Names = Map<string, Entry>;
type OfIssuer = Record<RevokedBy, Names>;

export function revocationIndex({ toleranceMs, ...options }: IndexOptions): RevocationIndex {
  const issuers = new Map<string, OfIssuer>();
  const { isOver, noteForgotten, isUndone, startOver } = expiry(options);

  function sweepNames(names: Names): void {
    for (const [name, entry] of names) {
      if (!isOver(entry)) continue;
      names.delete(name);
      noteForgotten(entry.until);
    }
  }

  const live = (names: Names, name: unknown): Entry | undefined => {
    const entry = typeof name === 'string' ? names.get(name) : undefined;
    return entry && !isOver(entry) ? entry : undefined;
  };

  return {
    add(revocation) {
      const { issuer, by, value, until } = revocation;
      const entry = { until, at: atOf(revocation), heard: options.clock.monotonic() };
      if (isOver(entry)) {
        noteForgotten(until);
        return false;
      }
      const ofIssuer = issuers.get(issuer) ?? noNames();
      issuers.set(issuer, ofIssuer);
      return lengthen(ofIssuer[by], value, entry);
    },
    find(auth) {
      const ofIssuer = issuers.get(auth.issuer);
      if (!ofIssuer) return undefined;
      const provenance = provenanceOf(auth);
      if (live(ofIssuer.jti, auth.payload.jti)) return 'jti';
      if (live(ofIssuer.sid, auth.payload['sid'])) return 'sid';
      if (live(ofIssuer.token, provenance?.fingerprint)) return 'token';
      if (live(ofIssuer.key, provenance?.keyId)) return 'key';
      const subject = live(ofIssuer.subject, auth.subject);
      return subject && wasGivenBy(auth, subject.at + toleranceMs) ? 'subject' : undefined;
    },
    sweep() {
      for (const [issuer, ofIssuer] of issuers) {
        namesOf(ofIssuer).forEach(sweepNames);
        if (namesOf(ofIssuer).every(({ size }) => size === 0)) issuers.delete(issuer);
      }
    },
    isIncomplete: isUndone,
    startOver,
    size() {
      return [...issuers.values()].flatMap(namesOf).reduce((sum, { size }) => sum + size, 0);
    },
  };
}

function atOf(revocation: Revocation): number {
  return revocation.by === 'subject' ? revocation.at : 0;
}

/** A credential without a time of issue counts as issued before the revocation. */
function wasGivenBy(auth: Auth, ms: number): boolean {
  const given = auth.kind === 'api-key' ? provenanceOf(auth)?.keyCreatedAt : auth.payload.iat;
  return given === undefined || given * 1000 <= ms;
}

function noNames(): OfIssuer {
  return { jti: new Map(), sid: new Map(), token: new Map(), key: new Map(), subject: new Map() };
}

function namesOf(ofIssuer: OfIssuer): Names[] {
  return Object.values(ofIssuer);
}

/** Returns whether anything has changed. */
function lengthen(names: Names, name: string, added: Entry): boolean {
  const entry = names.get(name);
  if (entry && added.until <= entry.until && added.at <= entry.at) return false;
  const until = Math.max(added.until, entry?.until ?? 0);
  const at = Math.max(added.at, entry?.at ?? 0);
  names.set(name, { until, at, heard: added.heard });
  return true;
}
