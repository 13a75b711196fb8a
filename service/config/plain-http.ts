import { commaList } from './parsers';
import { EXPECTED, type IssuerConfig } from './issuers';

/** The URLs of an issuer that keys may be fetched from. */
const ADDRESSES = ['issuer', 'jwksUri'] as const;
type Address = (typeof ADDRESSES)[number];

/** AUTH_ALLOW_HTTP: hosts with ports, written as in a URL, but port 80 is required as well. */
export function hostList(text: string): readonly string[] | undefined {
  const entries = commaList(text)?.map((entry) => entry.toLowerCase());
  return entries?.every(isHostAndPort) ? Object.freeze(entries) : undefined;
}

/** Plain http URLs whose host is neither loopback nor allowed, with an error message each. */
export function plainProblems(
  entry: Partial<Pick<IssuerConfig, Address>>,
  allowed: readonly string[],
): readonly { readonly address: Address; readonly message: string }[] {
  return ADDRESSES.filter((address) => !isAllowed(entry[address], allowed)).map((address) => ({
    address,
    message: `is wrong; expected ${EXPECTED[address]}`,
  }));
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function isAllowed(address: string | undefined, allowed: readonly string[]): boolean {
  if (address === undefined || !URL.canParse(address)) return true;
  const url = new URL(address);
  return url.protocol !== 'http:' || isLoopback(url) || allowed.includes(hostAndPort(url));
}

function isHostAndPort(entry: string): boolean {
  if (!/^[^\s/?#@\\*]+:\d{1,5}$/.test(entry)) return false;
  const address = `http://${entry}`;
  return URL.canParse(address) && hostAndPort(new URL(address)) === entry;
}

function hostAndPort({ hostname, port }: URL): string {
  return `${hostname}:${port === '' ? '80' : port}`;
}
