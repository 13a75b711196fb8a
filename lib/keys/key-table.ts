import { ALGORITHMS, keyFits, type Algorithm } from './algorithms';
import type { SigningPurpose } from './jwk';
import type { Jwk, VerificationKey } from './key-source';

/** The keys of a set, by kid and algorithm: an issuer may list one key for each algorithm, or keys of several types under one kid. */
export interface KeyTable {
  /** Keys that differ in kid or material; one that is listed several times counts once. */
  readonly size: number;
  /** The key of that kid that fits the algorithm; without one, the first of that kid. */
  get(kid: string, alg?: string): VerificationKey | undefined;
  /** Whether this very key is one of them. */
  has(key: VerificationKey): boolean;
  all(): readonly VerificationKey[];
}

/** A member of a JWK Set whose key was imported. */
export interface ImportedMember {
  readonly kid: string;
  readonly jwk: Jwk;
  readonly purpose: SigningPurpose;
  /** Kid, key and whose tokens it verifies, as text: equal for members that hold one key under one kid. */
  readonly identity: string;
}

type KeysOfKid = ReadonlyMap<string, VerificationKey>;

/** `members` share no kid and algorithm unless they hold one key. Keys that `previous` held with the same meaning keep their identity. */
export function keyTable(members: readonly ImportedMember[], previous: KeyTable | undefined): KeyTable {
  const byKid = new Map<string, Map<string, VerificationKey>>();
  for (const member of widestFirst(members)) {
    const { kid, jwk, purpose } = member;
    const made = Object.freeze({ kid, jwk: Object.freeze({ kid, ...jwk, ...purpose }) });
    const ofKid = byKid.get(kid) ?? new Map<string, VerificationKey>();
    byKid.set(kid, ofKid);
    const [first, ...others] = algorithmsOf(member).filter((alg) => !ofKid.has(alg));
    if (!first) continue;
    const key = sameKey(previous?.get(kid, first), made);
    for (const alg of [first, ...others]) ofKid.set(alg, key);
  }
  return tableOf(byKid, new Set(members.map(({ identity }) => identity)).size);
}

function tableOf(byKid: ReadonlyMap<string, KeysOfKid>, size: number): KeyTable {
  const held = new Set([...byKid.values()].flatMap((ofKid) => [...ofKid.values()]));
  return {
    size,
    get(kid, alg) {
      const ofKid = byKid.get(kid);
      return alg === undefined ? ofKid?.values().next().value : ofKid?.get(alg);
    },
    has: (key) => held.has(key),
    all: () => [...held],
  };
}

/** Two keys with the same kid and algorithm: it is not known which one a token means, so neither is used. */
export function ambiguousMembers(members: readonly ImportedMember[]): ReadonlySet<ImportedMember> {
  const byUse = new Map<string, ImportedMember[]>();
  for (const member of members) {
    for (const alg of algorithmsOf(member)) {
      const use = JSON.stringify([member.kid, alg]);
      const rivals = byUse.get(use) ?? [];
      byUse.set(use, rivals);
      rivals.push(member);
    }
  }
  const disputed = [...byUse.values()].filter((rivals) =>
    rivals.some(({ identity }) => identity !== rivals[0]?.identity),
  );
  return new Set(disputed.flat());
}

function algorithmsOf({ jwk, purpose }: ImportedMember): readonly Algorithm[] {
  return ALGORITHMS.filter((alg) => keyFits({ ...jwk, ...purpose }, alg));
}

/** A member that names no algorithm says all that others of the same key say. */
function widestFirst(members: readonly ImportedMember[]): readonly ImportedMember[] {
  const isWide = ({ purpose }: ImportedMember): boolean => purpose.alg === undefined;
  return [...members.filter(isWide), ...members.filter((member) => !isWide(member))];
}

function sameKey(previous: VerificationKey | undefined, next: VerificationKey): VerificationKey {
  // Members of a cleaned JWK always come in one order, so equal text is equal meaning.
  return previous && JSON.stringify(previous.jwk) === JSON.stringify(next.jwk) ? previous : next;
}
