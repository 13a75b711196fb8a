import { BlockList, isIP, isIPv4 } from 'node:net';
import { ipKeyGenerator } from 'express-rate-limit';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An IPv4 address that came over an IPv6 socket is the IPv4 address. */
function plain(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/** What one address counts under: IPv6 by /56, the least that a provider hands to one customer. */
export function addressKey(address: string | undefined): string {
  return address === undefined ? 'unknown' : ipKeyGenerator(plain(address), 56);
}

/** Whether an address is on a list of addresses and CIDR ranges. Throws at mount for one that is neither. */
export function addressList(entries: readonly string[]): (address: string | undefined) => boolean {
  const given: unknown = entries;
  if (!Array.isArray(given))
    throw new TypeError('rateLimit: "exempt" must be a list of addresses and CIDR ranges');
  const list = new BlockList();
  for (const entry of entries) add(list, entry);
  return (address) => {
    if (address === undefined || entries.length === 0) return false;
    const checked = plain(address);
    return list.check(checked, isIPv4(checked) ? 'ipv4' : 'ipv6');
  };
}

function add(list: BlockList, entry: string): void {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  if (family === 0 || rest.length > 0 || !(length <= bits)) {
    throw new TypeError(`rateLimit: "exempt" takes addresses and CIDR ranges, not "${entry}"`);
  }
  list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6');
}
