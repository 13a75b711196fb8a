import type { Request } from 'express';
import type { Auth } from '../auth';
import { InvalidTokenError, WRONG_API_KEY } from '../errors';
import { provenanceOf } from '../provenance';
import { isAddressRange } from '../addresses/address-range';
import { addressList } from './address';
import { clientAddress } from './client-address';

type Listed = (address: string | undefined) => boolean;

/** Parsed lists by their array, which is the same one each time a cached verdict is used. */
const lists = new WeakMap<readonly string[], Listed>();

/** Refuses an API key from an address that is not on its list, or is unknown, with the same 401 as a wrong key. */
export function checkKeyAddress(auth: Auth, request: Request): void {
  const { addresses, noteUse } = provenanceOf(auth) ?? {};
  if (!addresses) return;
  let isListed = lists.get(addresses);
  if (!isListed) lists.set(addresses, (isListed = listOf(addresses)));
  if (!isListed(knownAddress(request))) {
    const { issuer, subject } = auth;
    throw new InvalidTokenError('address', WRONG_API_KEY, { proven: { issuer, subject } });
  }
  noteUse?.();
}

/**
 * Undefined for a proxied request that has not passed Express, such as a WebSocket upgrade: `trust proxy` is not known,
 * and the address of the connection is the proxy's, which may be on the list.
 */
function knownAddress(request: Request): string | undefined {
  const { app, ip, headers } = request as Partial<Request>;
  const isProxied = headers?.['x-forwarded-for'] !== undefined || headers?.forwarded !== undefined;
  return isProxied && !app && ip === undefined ? undefined : clientAddress(request);
}

/** Entries that were valid when the key was made and no longer are match no address. */
function listOf(addresses: readonly string[]): Listed {
  const good = addresses.filter((entry) => isAddressRange(entry));
  return addressList('an API key', good, 'addresses');
}
