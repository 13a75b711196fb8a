import { ALGORITHMS, keyFits, type Algorithm } from './algorithms';
import type { SigningPurpose } from './jwk';
import type { Jwk, VerificationKey } from './key-source';

/** The keys of a set by `kid` and algorithm: several keys may share a `kid` if they are for different algorithms. */
export interface KeyTable {
  /** Number of keys; one that is listed several times under the same `kid` counts once. */
  readonly size: number;
  /** The key of that `kid` that fits `alg`; without `alg`, the first of that `kid`. */
  get(kid: string, alg?: string): VerificationKey | undefined;
  /** Whether this object is one of them. */
  has(key: VerificationKey): boolean;
  all(): readonly VerificationKey[];
}

/** A member of a JWK Set whose key was imported. */
export interface ImportedMember {
  readonly kid: string;
  readonly jwk: Jwk;
  readonly purpose: SigningPurpose;
  /** `kid`, key and its `issuer` as text: equal for members with the same key under the same `kid`. */
  readonly identity: string;
}

type KeysOfKid = ReadonlyMap<string, VerificationKey>;

/** Different keys in `members` must not share `kid` and algorithm. A key that `previous` has stays the same object. */
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

/** Different keys with the same `kid` and algorithm: a token does not say which one it means, so none is used. */
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

/** Members without `alg` first: they are for every algorithm that other members with the same key are for. */
function widestFirst(members: readonly ImportedMember[]): readonly ImportedMember[] {
  const isWide = ({ purpose }: ImportedMember): boolean => purpose.alg === undefined;
  return [...members.filter(isWide), ...members.filter((member) => !isWide(member))];
}

function sameKey(previous: VerificationKey | undefined, next: VerificationKey): VerificationKey {
  // The members of a checked JWK always have the same order, so equal keys have equal JSON.
  return previous && JSON.stringify(previous.jwk) === JSON.stringify(next.jwk) ? previous : next;
}
