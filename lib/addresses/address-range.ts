import { isIP, type BlockList } from 'node:net';

/** An address, or a range of them in CIDR notation. */
export interface AddressRange {
  readonly address: string;
  /** Bits. */
  readonly length: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Undefined for what is neither address nor range. */
export function addressRange(entry: unknown): AddressRange | undefined {
  if (typeof entry !== 'string') return undefined;
  const [address, prefix, ...rest] = entry.split('/') as [string, ...string[]];
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  if (family === 0 || rest.length > 0 || !(length <= bits)) return undefined;
  return { address, length, family: family === 4 ? 'ipv4' : 'ipv6' };
}

export function addRange(list: BlockList, { address, length, family }: AddressRange): void {
  list.addSubnet(address, length, family);
}

/**
 * Whether a text is an address, or a range in CIDR notation, as the lists of addresses of this package take them.
 *
 * @example
 * isAddressRange('203.0.113.0/24'); // true
 */
export function isAddressRange(text: string): boolean {
  return addressRange(text) !== undefined;
}
