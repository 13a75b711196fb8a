import { refuseUnknown } from '../options';
import { ALGORITHMS, isAlgorithm } from '../keys/algorithms';
import type { SigningAlgorithm } from './sign-token';

export interface TestIssuerOptions {
  /** The `iss` of its tokens. Default: `https://issuer.test`; over HTTP the address it listens on. */
  readonly issuer?: string;
  /** The `aud` of its tokens. Default: `test-audience`. */
  readonly audience?: string | readonly string[];
  /** The `sub` of its tokens. Default: `user_1`. */
  readonly subject?: string;
  /** How long its tokens live. Default: 60 s. */
  readonly lifetimeSeconds?: number;
  /** One key is made and published for each; tokens are signed with the first. Default: `['RS256']`. */
  readonly algorithms?: readonly SigningAlgorithm[];
  /** The kid of the first key. Default: a fresh one, so that no two issuers share a kid by chance. */
  readonly kid?: string;
  /** The clock of `iat` and `exp`, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

export type SettledIssuerOptions = Required<Omit<TestIssuerOptions, 'kid' | 'issuer' | 'algorithms'>> &
  Pick<TestIssuerOptions, 'kid' | 'issuer'> & { readonly algorithms: SigningAlgorithms };

/** One at least. */
export type SigningAlgorithms = readonly [SigningAlgorithm, ...SigningAlgorithm[]];

const KNOWN = ['issuer', 'audience', 'subject', 'lifetimeSeconds', 'algorithms', 'kid', 'now'];

export function settle(owner: string, options: TestIssuerOptions): SettledIssuerOptions {
  refuseUnknown(owner, options, KNOWN);
  const [first, ...others] = options.algorithms ?? ['RS256'];
  if (first === undefined || ![first, ...others].every(isAlgorithm)) {
    throw new TypeError(`${owner}: option "algorithms" takes one or more of ${ALGORITHMS.join(', ')}`);
  }
  return {
    audience: 'test-audience',
    subject: 'user_1',
    lifetimeSeconds: 60,
    now: () => Date.now(),
    ...options,
    algorithms: [first, ...others],
  };
}
