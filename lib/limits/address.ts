import { BlockList, isIP, isIPv4 } from 'node:net';
import { ipKeyGenerator } from 'express-rate-limit';
import { addRange, addressRange } from '../addresses/address-range';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** How proxies write an address with its port: `203.0.113.9:4711`, `[2001:db8::1]:443`; also quoted (RFC 7239). */
const DECORATED = /^(?:\[(?<v6>[^\]]*)\]|(?<v4>[\d.]+))(?::\d{1,5})?$/;

/**
 * The address only, without port, brackets, quotes and zone; an IPv4-mapped IPv6 address becomes the IPv4 address.
 * Undefined for a text that is no address.
 */
export function bareAddress(text: string | undefined): string | undefined {
  if (text === undefined || isIPv4(text)) return text;
  const unquoted = text.replace(/^"(.*)"$/, '$1');
  const { v6, v4 } = DECORATED.exec(unquoted)?.groups ?? {};
  const address = (v6 ?? v4 ?? unquoted).replace(/%.*$/, '');
  if (isIP(address) === 0) return undefined;
  return MAPPED.exec(address)?.[1] ?? address;
}

/**
 * The key under which an address is counted: a /56 prefix for IPv6, the smallest that a provider assigns to a customer.
 * Everything that is no address has one key, so that a proxy that writes other values does not turn the limit off.
 */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  return address.includes(':') ? ipKeyGenerator(address, 56) : address;
}

/**
 * Whether an address is on a list of addresses and CIDR ranges, the option `option` of `room`. Throws a `TypeError` at
 * mount for an entry that is neither.
 */
export function addressList(
  room: string,
  entries: readonly string[],
  option = 'exempt',
): (address: string | undefined) => boolean {
  const given: unknown = entries;
  if (!Array.isArray(given))
    throw new TypeError(`${room}: "${option}" must be a list of addresses and CIDR ranges`);
  const list = new BlockList();
  for (const entry of entries) {
    const range = addressRange(entry);
    if (!range) {
      throw new TypeError(`${room}: "${option}" takes addresses and CIDR ranges, not "${entry}"`);
    }
    addRange(list, range);
  }
  return (address) => {
    if (address === undefined || entries.length === 0) return false;
    return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}
