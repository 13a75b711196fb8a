import type { OnEvent } from '../events';
import { issuerKeys } from '../keys/issuer-keys';
import type { KeySource } from '../keys/key-source';
import { DEFAULT_CLOCK_TOLERANCE } from '../options';
import type { NamedIssuer } from '../sallyport-options';
import type { IssuerNames } from '../tokens/issuer-names';
import type { JwtVerifierOptions } from '../tokens/jwt-verifier-options';

/** An issuer with the source of its keys. */
export interface Keyed {
  readonly options: JwtVerifierOptions;
  readonly issuer: string;
  readonly names: IssuerNames;
  readonly keys: KeySource;
  /** A source that the host made is the host's to close. */
  readonly ownKeys: boolean;
}

/** With a source of its own where the host gave none. */
export function keyed({ options, names }: NamedIssuer, onEvent: OnEvent | undefined): Keyed {
  const { issuer, keys } = options;
  if (keys) return { options, issuer, names, keys, ownKeys: false };
  const { allowHttp, ...rest } = options;
  const made = issuerKeys({ issuer, ...(allowHttp && { allowHttp }) }, onEvent);
  return { options: { ...rest, keys: made }, issuer, names, keys: made, ownKeys: true };
}

/** Of the issuer whose clock may be furthest ahead. */
export function toleranceOf(issuers: readonly Keyed[]): number {
  return Math.max(...issuers.map(({ options }) => options.clockTolerance ?? DEFAULT_CLOCK_TOLERANCE));
}
