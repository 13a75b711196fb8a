import type { TLSSocket } from 'node:tls';
import type { Request } from 'express';
import { normalTarget } from './target-uri';

/** A request that may not have passed Express, such as a WebSocket upgrade. */
type Received = Pick<Request, 'headers' | 'socket' | 'url'> &
  Partial<Pick<Request, 'app' | 'originalUrl' | 'protocol'>>;

type Trust = (address: string | undefined, hop: number) => boolean;

/**
 * The URIs that a proof for this request may name (`htu`), as `normalTarget` writes them: each of `publicUrls` with the
 * request's path; without them, the request's own scheme and host, where X-Forwarded-Proto and X-Forwarded-Host count if
 * Express's setting `trust proxy` trusts their sender.
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
 * A request target may be a whole URI (RFC 9112 section 3.2.2): Express then routes by its path. Undefined for a path with
 * dot segments, for which no proof can be: Express routes it unchanged, while a URL parser removes them.
 */
function pathOf(target: string): string | undefined {
  const path = /^(?:https?:\/\/[^/?#]*)?(\/[^?#]*)/i.exec(target)?.[1];
  return path === undefined || DOT_SEGMENT.test(path) ? undefined : path;
}

const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

function schemeOf({ protocol, socket }: Received): string {
  return protocol ?? ((socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http');
}

/** With the port, as in `request.host` of Express 5; Express 4 removes it. */
function hostOf({ app, headers, socket }: Received): string | undefined {
  const forwarded = headers['x-forwarded-host'];
  const trust = app?.get('trust proxy fn') as Trust | undefined;
  if (typeof forwarded !== 'string' || !trust?.(socket.remoteAddress, 0)) return headers.host;
  return forwarded.split(',')[0]?.trim();
}
