import type { JwtHeader, JwtPayload } from '../auth';
import { isObject } from '../options';
import { isAlgorithm } from '../keys/algorithms';
import type { KeyRing } from './key-ring';
import { signToken } from './sign-token';

/** Claims or header parameters that differ from the default; `undefined` leaves one out. */
export type Overrides = Readonly<Record<string, unknown>>;

export interface MintDefaults {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  readonly subject: string;
  readonly lifetimeSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A token that is valid unless an override spoils it. */
export function mint(ring: KeyRing, defaults: MintDefaults, claims: Overrides, header: Overrides): string {
  for (const overrides of [claims, header]) {
    if (!isObject(overrides))
      throw new TypeError('token: give claims as an object, such as { sub: "user_2" }');
  }
  const { alg, kid } = header;
  const named = typeof kid === 'string' ? ring.byKid(kid) : undefined;
  const key = named ?? ring.current(isAlgorithm(alg) ? alg : undefined);
  // Under a foreign or missing alg the signature is still a real one, so that only the header is at fault.
  const algorithm = alg === 'none' ? 'none' : key.algorithm;
  const fullHeader: JwtHeader = { alg: key.algorithm, typ: 'JWT', kid: key.kid, ...header };
  return signToken(fullHeader, { ...defaultClaims(defaults), ...claims }, key.privateKey, algorithm);
}

function defaultClaims({ issuer, audience, subject, lifetimeSeconds, now }: MintDefaults): JwtPayload {
  const iat = Math.floor(now() / 1000);
  const aud = typeof audience === 'string' ? audience : [...audience];
  return { iss: issuer, aud, sub: subject, iat, exp: iat + lifetimeSeconds };
}
