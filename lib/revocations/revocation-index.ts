import type { Auth } from '../auth';
import { provenanceOf } from '../provenance';
import type { Revocation, RevokedBy } from './revocation-store';

/**
 * The live revocations in memory: one look-up for each thing a proof can be revoked by, however many there are. An entry
 * takes about 150 bytes, so 100 000 of them 15 MB.
 */
export interface RevocationIndex {
  /** Whether it says something new. */
  add(revocation: Revocation): boolean;
  /** What the proof is revoked by, if it is. */
  find(auth: Auth): RevokedBy | undefined;
  /** Forgets what is past its time. */
  sweep(): void;
  size(): number;
}

interface Entry {
  until: number;
  at: number;
}

/** Nested maps, so that a look-up builds no string. */
type Names = Map<string, Entry>;
type OfIssuer = Record<RevokedBy, Names>;

export function revocationIndex(clockToleranceMs: number, now: () => number): RevocationIndex {
  const issuers = new Map<string, OfIssuer>();

  const live = (names: Names, name: unknown): Entry | undefined => {
    const entry = typeof name === 'string' ? names.get(name) : undefined;
    return entry && entry.until >= now() ? entry : undefined;
  };

  const subjectRefused = (names: Names, auth: Auth): boolean => {
    const entry = live(names, auth.subject);
    if (!entry) return false;
    const given = auth.kind === 'api-key' ? provenanceOf(auth)?.keyCreatedAt : auth.payload.iat;
    // What doesn't say when it was issued may well be older.
    return given === undefined || given * 1000 <= entry.at + clockToleranceMs;
  };

  return {
    add(revocation) {
      if (revocation.until < now()) return false;
      const { issuer, by, value, until } = revocation;
      const ofIssuer = issuers.get(issuer) ?? noNames();
      issuers.set(issuer, ofIssuer);
      return lengthen(ofIssuer[by], value, until, revocation.by === 'subject' ? revocation.at : 0);
    },
    find(auth) {
      const ofIssuer = issuers.get(auth.issuer);
      if (!ofIssuer) return undefined;
      const provenance = provenanceOf(auth);
      if (live(ofIssuer.jti, auth.payload.jti)) return 'jti';
      if (live(ofIssuer.sid, auth.payload['sid'])) return 'sid';
      if (live(ofIssuer.token, provenance?.fingerprint)) return 'token';
      if (live(ofIssuer.key, provenance?.keyId)) return 'key';
      return subjectRefused(ofIssuer.subject, auth) ? 'subject' : undefined;
    },
    sweep() {
      for (const [issuer, ofIssuer] of issuers) {
        for (const names of namesOf(ofIssuer)) {
          for (const [name, { until }] of names) if (until < now()) names.delete(name);
        }
        if (namesOf(ofIssuer).every(({ size }) => size === 0)) issuers.delete(issuer);
      }
    },
    size() {
      return [...issuers.values()].flatMap(namesOf).reduce((sum, { size }) => sum + size, 0);
    },
  };
}

function noNames(): OfIssuer {
  return { jti: new Map(), sid: new Map(), token: new Map(), key: new Map(), subject: new Map() };
}

function namesOf(ofIssuer: OfIssuer): Names[] {
  return Object.values(ofIssuer);
}

/** Whether that changed anything. */
function lengthen(names: Names, name: string, until: number, at: number): boolean {
  const entry = names.get(name);
  if (!entry) {
    names.set(name, { until, at });
    return true;
  }
  if (until <= entry.until && at <= entry.at) return false;
  entry.until = Math.max(until, entry.until);
  entry.at = Math.max(at, entry.at);
  return true;
}
