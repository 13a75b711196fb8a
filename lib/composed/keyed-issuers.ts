import type { OnEvent } from '../events';
import { issuerKeys } from '../keys/issuer-keys';
import type { KeySource } from '../keys/key-source';
import { DEFAULT_CLOCK_TOLERANCE } from '../options';
import type { NamedIssuer } from '../sallyport-options';
import type { IssuerNames } from '../tokens/issuer-names';
import type { JwtVerifierOptions } from '../tokens/jwt-verifier-options';

/** An issuer with its key source. */
export interface Keyed {
  readonly options: JwtVerifierOptions;
  readonly issuer: string;
  readonly names: IssuerNames;
  readonly keys: KeySource;
  /** Whether this package made the key source, and so closes it. The host closes its own. */
  readonly ownKeys: boolean;
}

/** Makes a key source where the host gave none. */
export function keyed({ options, names }: NamedIssuer, onEvent: OnEvent | undefined): Keyed {
  const { issuer, keys } = options;
  if (keys) return { options, issuer, names, keys, ownKeys: false };
  const { allowHttp, ...rest } = options;
  const made = issuerKeys({ issuer, ...(allowHttp && { allowHttp }) }, onEvent);
  return { options: { ...rest, keys: made }, issuer, names, keys: made, ownKeys: true };
}

/** The greatest clock tolerance of all issuers, in seconds. */
export function toleranceOf(issuers: readonly Keyed[]): number {
  return Math.max(...issuers.map(({ options }) => options.clockTolerance ?? DEFAULT_CLOCK_TOLERANCE));
}
