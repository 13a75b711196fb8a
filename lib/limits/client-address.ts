import { isIP, isIPv4 } from 'node:net';
import type { Request } from 'express';
import { bareAddress } from './address';

type Trust = (address: string, hop: number) => boolean;

/**
 * The client's address by the host's setting `trust proxy`, without port; undefined if there is none. A request that has
 * not passed Express, such as a WebSocket upgrade, has the address of its connection. Proxies may write a port, as in
 * "10.0.0.7:4711": Express never trusts such an address and takes it for the client's, so hops are compared here again.
 */
export function clientAddress(request: Request): string | undefined {
  const ip = request.ip ?? socketOf(request)?.remoteAddress;
  if (ip === undefined || isIPv4(ip)) return ip;
  if (isIP(ip) !== 0) return bareAddress(ip);
  const trust = (request as Partial<Request>).app?.get('trust proxy fn') as Trust | undefined;
  if (!trust) return bareAddress(ip);
  const way = hopsOf(request).map((hop) => bareAddress(hop) ?? hop);
  return bareAddress(way.find((hop, index) => !trust(hop, index)) ?? way.at(-1));
}

/** Requests that tests make may have no socket. */
function socketOf(request: Partial<Pick<Request, 'socket'>>): Request['socket'] | undefined {
  return request.socket;
}

/** The addresses from this server to the client, in the order of proxy-addr. */
function hopsOf({ headers, socket }: Request): string[] {
  const forwarded = headers['x-forwarded-for'] ?? '';
  const hops = String(forwarded)
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  return [...hops, socket.remoteAddress ?? ''].reverse();
}
