import type { OnEvent } from '../events';
import type { KeySource } from './key-source';
import { remoteKeys } from './remote-keys';

interface AskedIssuer {
  readonly issuer: string;
  readonly allowHttp?: readonly string[];
}

/** The default key source of an issuer: finds its JWK Set by discovery. */
export function issuerKeys({ issuer, allowHttp }: AskedIssuer, onEvent: OnEvent | undefined): KeySource {
  return remoteKeys({ issuer, ...(allowHttp && { allowHttp }), ...(onEvent && { onEvent }) });
}
