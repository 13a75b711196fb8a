import type { TLSSocket } from 'node:tls';
import type { Request } from 'express';
import { normalTarget } from './target-uri';

/** Of a request that Express may not have seen, such as a WebSocket upgrade. */
type Received = Pick<Request, 'headers' | 'socket' | 'url'> &
  Partial<Pick<Request, 'app' | 'originalUrl' | 'protocol'>>;

type Trust = (address: string | undefined, hop: number) => boolean;

/**
 * The URIs that a request may be meant for, as `normalTarget` spells them. With `publicUrls` those and the request's path;
 * without, what the request says of itself, where X-Forwarded-Proto and X-Forwarded-Host count as Express's setting
 * `trust proxy` has it.
 */
export function requestTargets(
  request: Received,
  publicUrls: readonly string[] | undefined,
): readonly string[] {
  const path = pathOf(request.originalUrl ?? request.url);
  if (path === undefined) return [];
  const bases = publicUrls ?? [`${schemeOf(request)}://${hostOf(request) ?? ''}`];
  return bases.map((base) => normalTarget(base + path)).filter((target) => target !== undefined);
}

/**
 * A request target may be a whole URI (RFC 9112 section 3.2.2): then Express routes by its path. A path with dot segments
 * is none that a proof may be for: Express routes it as it is, and a URL is another path without them.
 */
function pathOf(target: string): string | undefined {
  const path = /^(?:https?:\/\/[^/?#]*)?(\/[^?#]*)/i.exec(target)?.[1];
  return path === undefined || DOT_SEGMENT.test(path) ? undefined : path;
}

const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

function schemeOf({ protocol, socket }: Received): string {
  return protocol ?? ((socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http');
}

/** As Express 5 has it in `request.host`, with the port: Express 4 cuts it off. */
function hostOf({ app, headers, socket }: Received): string | undefined {
  const forwarded = headers['x-forwarded-host'];
  const trust = app?.get('trust proxy fn') as Trust | undefined;
  if (typeof forwarded !== 'string' || !trust?.(socket.remoteAddress, 0)) return headers.host;
  return forwarded.split(',')[0]?.trim();
}
