import type { Request } from 'express';
import type { Auth } from '../auth';
import { InvalidTokenError, WRONG_API_KEY } from '../errors';
import { provenanceOf } from '../provenance';
import { isAddressRange } from '../addresses/address-range';
import { addressList } from './address';
import { clientAddress } from './client-address';

type Listed = (address: string | undefined) => boolean;

/** By the list itself, which a cache hands out again with each repeat of a verdict. */
const lists = new WeakMap<readonly string[], Listed>();

/** Refuses an API key that comes from none of its addresses, as any wrong key is; an address that is not known is none. */
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
 * Undefined for what Express has not seen, such as a WebSocket upgrade, and a proxy has sent: nobody has said which proxies to
 * trust, and the address of the connection is the proxy's, which may be on the list.
 */
function knownAddress(request: Request): string | undefined {
  const { app, ip, headers } = request as Partial<Request>;
  const isProxied = headers?.['x-forwarded-for'] !== undefined || headers?.forwarded !== undefined;
  return isProxied && !app && ip === undefined ? undefined : clientAddress(request);
}

/** A form that was taken when the key was made and is refused by now names no address: the key is not good from there. */
function listOf(addresses: readonly string[]): Listed {
  const good = addresses.filter((entry) => isAddressRange(entry));
  return addressList('an API key', good, 'addresses');
}
