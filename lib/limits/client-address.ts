import { isIP, isIPv4 } from 'node:net';
import type { Request } from 'express';
import { bareAddress } from './address';

type Trust = (address: string, hop: number) => boolean;

/**
 * The address that the host's `trust proxy` leads to, bare; undefined where the request came from none. A request that
 * Express has not seen, such as a WebSocket upgrade, has the address of its connection. Express itself
 * takes "10.0.0.7:4711" for no trusted address, whatever list it is given, and stops at that proxy.
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

/** A request that a test made may have none. */
function socketOf(request: Partial<Pick<Request, 'socket'>>): Request['socket'] | undefined {
  return request.socket;
}

/** From this server outwards, as proxy-addr reads them. */
function hopsOf({ headers, socket }: Request): string[] {
  const forwarded = headers['x-forwarded-for'] ?? '';
  const hops = String(forwarded)
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  return [...hops, socket.remoteAddress ?? ''].reverse();
}
