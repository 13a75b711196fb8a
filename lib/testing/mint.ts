import { isObject } from '../options';
import { isAlgorithm } from '../keys/algorithms';
import type { KeyRing } from './key-ring';
import { signToken } from './sign-token';
import type { Draft } from './zoo/animal';

/** Claims or header parameters that override the default; `undefined` removes one. */
export type Overrides = Readonly<Record<string, unknown>>;

/** Signs a draft with overrides. Without them the token is valid. */
export function sealed(ring: KeyRing, draft: Draft, claims: Overrides, header: Overrides): string {
  const { alg, kid } = { ...draft.header, ...header };
  const named = typeof kid === 'string' ? ring.byKid(kid) : undefined;
  const key = named ?? ring.current(isAlgorithm(alg) ? alg : undefined);
  // With an unknown or missing alg the signature is still valid, so that only the header is wrong.
  const algorithm = alg === 'none' ? 'none' : key.algorithm;
  const fullHeader = { alg: key.algorithm, kid: key.kid, ...draft.header, ...header };
  return signToken(fullHeader, { ...draft.claims, ...claims }, key.privateKey, algorithm);
}

/** Refuses arguments that would silently change nothing. */
export function checkOverrides(...given: readonly unknown[]): void {
  for (const overrides of given) {
    if (overrides !== undefined && !isObject(overrides))
      throw new TypeError('token: give claims as an object, such as { sub: "user_2" }');
  }
}
