import type { OnEvent } from '../events';
import type { KeySource } from './key-source';
import { remoteKeys } from './remote-keys';

interface AskedIssuer {
  readonly issuer: string;
  readonly allowHttp?: readonly string[];
}

/** The keys of an issuer for which its host named none: found by discovery. */
export function issuerKeys({ issuer, allowHttp }: AskedIssuer, onEvent: OnEvent | undefined): KeySource {
  return remoteKeys({ issuer, ...(allowHttp && { allowHttp }), ...(onEvent && { onEvent }) });
}
