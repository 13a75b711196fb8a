import { refuseUnknown } from '../options';
import { ALGORITHMS, isAlgorithm } from '../keys/algorithms';
import type { SigningAlgorithm, SigningAlgorithms } from './sign-token';
import type { Animal } from './zoo/animal';
import { plain } from './zoo/plain';
import { PROVIDERS, ZOO, type Provider } from './zoo/zoo';

export interface TestIssuerOptions {
  /**
   * The provider to imitate: serves that provider's discovery document and JWK Set, makes every kind of token that the
   * provider issues, and the other options default to the provider's usual values. Default: an issuer of no provider.
   */
  readonly like?: Provider;
  /** The `iss` of its tokens. Default: `https://issuer.test`; over HTTP the address it listens on. */
  readonly issuer?: string;
  /** The `aud` of its tokens, or the claim that the provider uses instead. Default: `test-audience`. */
  readonly audience?: string | readonly string[];
  /** The `sub` of its tokens. Default: `user_1`. */
  readonly subject?: string;
  /** The lifetime of its tokens. Default: 60 s. */
  readonly lifetimeSeconds?: number;
  /** One key is created and published for each; tokens are signed with the first. Default: `['RS256']`. */
  readonly algorithms?: readonly SigningAlgorithm[];
  /** The kid of the first key. Default: a random one, so that no two issuers have the same kid. */
  readonly kid?: string;
  /** The clock of `iat` and `exp`, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

export interface SettledIssuerOptions {
  readonly animal: Animal;
  readonly issuer: string | undefined;
  readonly audience: string | readonly string[];
  readonly subject: string;
  readonly lifetimeSeconds: number;
  readonly algorithms: SigningAlgorithms;
  readonly kid: string | undefined;
  readonly now: () => number;
}

const KNOWN = ['like', 'issuer', 'audience', 'subject', 'lifetimeSeconds', 'algorithms', 'kid', 'now'];

export function settle(owner: string, options: TestIssuerOptions): SettledIssuerOptions {
  refuseUnknown(owner, options, KNOWN);
  const animal = animalOf(owner, options.like);
  const [first, ...others] = options.algorithms ?? animal.algorithms;
  if (first === undefined || ![first, ...others].every(isAlgorithm)) {
    throw new TypeError(`${owner}: option "algorithms" takes one or more of ${ALGORITHMS.join(', ')}`);
  }
  return {
    animal,
    issuer: options.issuer,
    audience: options.audience ?? animal.audience,
    subject: options.subject ?? animal.subject,
    lifetimeSeconds: options.lifetimeSeconds ?? animal.lifetimeSeconds,
    algorithms: [first, ...others],
    kid: options.kid,
    now: options.now ?? (() => Date.now()),
  };
}

function animalOf(owner: string, like: Provider | undefined): Animal {
  if (like === undefined) return plain;
  if (Object.hasOwn(ZOO, like)) return ZOO[like];
  throw new TypeError(`${owner}: option "like" takes one of ${PROVIDERS.join(', ')}`);
}
