import { isIP, type BlockList } from 'node:net';

/** An address, or a range of addresses in CIDR notation. */
export interface AddressRange {
  readonly address: string;
  /** Length of the prefix in bits. */
  readonly length: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Undefined for a text that is neither address nor range. Zones (`%eth0`) are not allowed. */
export function addressRange(entry: unknown): AddressRange | undefined {
  if (typeof entry !== 'string') return undefined;
  const [address, prefix, ...rest] = entry.split('/') as [string, ...string[]];
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^(?:0|[1-9]\d{0,2})$/.test(prefix) ? Number(prefix) : NaN;
  if (family === 0 || address.includes('%') || rest.length > 0 || !(length <= bits)) return undefined;
  return { address, length, family: family === 4 ? 'ipv4' : 'ipv6' };
}

export function addRange(list: BlockList, { address, length, family }: AddressRange): void {
  list.addSubnet(address, length, family);
}

/** Whether no bit after the prefix is set: `10.0.0.5/8` looks like one host and is 16 million addresses. */
export function isExact({ address, length, family }: AddressRange): boolean {
  const [bits, value] = family === 'ipv4' ? [32n, ipv4Bits(address)] : [128n, ipv6Bits(address)];
  return value % (1n << (bits - BigInt(length))) === 0n;
}

function ipv4Bits(address: string): bigint {
  return address.split('.').reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function ipv6Bits(address: string): bigint {
  // `URL` normalises it to hexadecimal groups, also for an IPv4 address at the end.
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = written.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...tail].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/**
 * Whether a text is an IP address or a range in CIDR notation, as in all lists of addresses of this package. With
 * `exact`, which the addresses of an API key must be, no bit after the prefix may be set. Default of `exact`: false.
 *
 * @example
 * isAddressRange('203.0.113.0/24'); // true
 */
export function isAddressRange(text: string, { exact = false }: { readonly exact?: boolean } = {}): boolean {
  const range = addressRange(text);
  return range !== undefined && (!exact || isExact(range));
}
