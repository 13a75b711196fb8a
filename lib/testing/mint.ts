import { isObject } from '../options';
import { isAlgorithm } from '../keys/algorithms';
import type { KeyRing } from './key-ring';
import { signToken } from './sign-token';
import type { Draft } from './zoo/animal';

/** Claims or header parameters that differ from the default; `undefined` leaves one out. */
export type Overrides = Readonly<Record<string, unknown>>;

/** Signs a draft with the overrides in it: a token that is valid unless one of them spoils it. */
export function sealed(ring: KeyRing, draft: Draft, claims: Overrides, header: Overrides): string {
  const { alg, kid } = { ...draft.header, ...header };
  const named = typeof kid === 'string' ? ring.byKid(kid) : undefined;
  const key = named ?? ring.current(isAlgorithm(alg) ? alg : undefined);
  // Under a foreign or missing alg the signature is still a real one, so that only the header is at fault.
  const algorithm = alg === 'none' ? 'none' : key.algorithm;
  const fullHeader = { alg: key.algorithm, kid: key.kid, ...draft.header, ...header };
  return signToken(fullHeader, { ...draft.claims, ...claims }, key.privateKey, algorithm);
}

/** What would otherwise silently change nothing. */
export function checkOverrides(...given: readonly unknown[]): void {
  for (const overrides of given) {
    if (overrides !== undefined && !isObject(overrides))
      throw new TypeError('token: give claims as an object, such as { sub: "user_2" }');
  }
}
