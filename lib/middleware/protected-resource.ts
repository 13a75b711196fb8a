import type { Request, RequestHandler, Response } from 'express';
import { keyAddress } from '../keys/key-address';
import { isList, refuseUnknown } from '../options';
import { passageOf } from '../passage/passage';
import { NO_PLAIN_HOSTS } from '../plain-hosts';

export interface ProtectedResourceOptions {
  /**
   * The public URL of the API, and the audience of its tokens (RFC 8707): https, or http on loopback, without query and
   * fragment.
   */
  readonly resource: string;
  /** The issuers of its tokens, at least one. */
  readonly authorizationServers: readonly string[];
  /** The metadata `scopes_supported`: scopes that a client may request. Default: left out. */
  readonly scopes?: readonly string[];
  /** The metadata `resource_name`: a name to show to users. Default: left out. */
  readonly name?: string;
  /** The path of the API on this server, if a proxy removes a prefix. Default: the path of `resource`. */
  readonly path?: string;
}

export type ProtectedResource = RequestHandler & {
  /** The option `resource`, to be used as `audience`. */
  readonly resource: string;
  /** The URL of the metadata, which challenges contain. */
  readonly metadataUrl: string;
};

const OPTIONS = [
  'resource',
  'authorizationServers',
  'scopes',
  'name',
  'path',
] as const satisfies readonly (keyof ProtectedResourceOptions)[];
const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const METHODS = 'GET, HEAD, OPTIONS';

/**
 * Tells clients where to get tokens: serves the metadata of a protected resource (RFC 9728) at its well-known path, and
 * adds the URL of the metadata (`resource_metadata`) to every challenge for the resource. Mount it at the root of the
 * app, before the chain.
 *
 * @example
 * const notes = protectedResource({ resource: 'https://api.example/notes', authorizationServers: [issuer] });
 * app.use(notes);
 * app.use('/notes', sallyport({ issuer, audience: notes.resource }));
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or malformed.
 */
export function protectedResource(options: ProtectedResourceOptions): ProtectedResource {
  refuseUnknown('protectedResource', options, OPTIONS);
  const { resource, authorizationServers, scopes, name } = options;
  const url = resourceUrl(resource);
  const { pathname } = url;
  const { path = pathname } = options;
  if (typeof path !== 'string' || !/^\/[^?#\s]*$/.test(path)) throw misuse('path', 'a path, such as "/mcp"');
  const wellKnownPath = WELL_KNOWN + withoutRoot(pathname);
  const metadataUrl = url.origin + wellKnownPath;
  const document = JSON.stringify({
    resource,
    authorization_servers: serversOf(authorizationServers),
    ...(scopes !== undefined && { scopes_supported: scopesOf(scopes) }),
    bearer_methods_supported: ['header'],
    ...(name !== undefined && { resource_name: nameOf(name) }),
  });
  const own = path.toLowerCase();
  const below = own.endsWith('/') ? own : `${own}/`;

  function serveOrNote(...[request, response, next]: Parameters<RequestHandler>): void {
    const asked = pathOf(request);
    if (asked === wellKnownPath) {
      answer(request, response, document);
      return;
    }
    // Express ignores the case of a path by default.
    const lower = asked.toLowerCase();
    if (lower === own || lower.startsWith(below)) passageOf(request).resourceMetadata = metadataUrl;
    next();
  }
  return Object.assign(serveOrNote, { resource, metadataUrl });
}

/** CORS allows every origin: the metadata is public, and a client may run in a browser. */
function answer(request: Request, response: Response, document: string): void {
  response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'public, max-age=300' });
  if (request.method === 'OPTIONS') {
    response.set({ 'Access-Control-Allow-Methods': METHODS, 'Access-Control-Allow-Headers': '*' });
    response.status(204).end();
  } else if (request.method === 'GET' || request.method === 'HEAD') {
    response.type('application/json').send(document);
  } else {
    response.set({ Allow: METHODS, 'Cache-Control': 'no-store' }).status(405).end();
  }
}

/** The full path of the request, wherever the middleware is mounted. */
function pathOf({ originalUrl, url }: Partial<Pick<Request, 'originalUrl'>> & Pick<Request, 'url'>): string {
  return /^[^?#]*/.exec(originalUrl ?? url)?.[0] ?? '';
}

/** RFC 9728 section 3.1: a path that is only a slash is removed. */
function withoutRoot(pathname: string): string {
  return pathname === '/' ? '' : pathname;
}

/** Clients compare it with the URL that they have, so it must be as a URL parser would normalise it. */
function resourceUrl(resource: unknown): URL {
  const url = keyAddress(resource, NO_PLAIN_HOSTS);
  if (url?.search !== '' || /[?#]/.test(String(resource)))
    throw misuse('resource', 'an https URL, or http on loopback, without query and fragment');
  if (url.href !== resource && url.href !== `${String(resource)}/`)
    throw misuse('resource', `spelled as clients will: "${url.href}"`);
  // A challenge contains it as a quoted string.
  if (/["\\]/.test(url.href)) throw misuse('resource', 'without quotes and backslashes');
  return url;
}

function serversOf(servers: unknown): unknown {
  const valid =
    Array.isArray(servers) && servers.length > 0 && servers.every((url) => keyAddress(url, NO_PLAIN_HOSTS));
  if (!valid) throw misuse('authorizationServers', 'a list of issuers: https URLs, or http on loopback');
  return servers;
}

function scopesOf(scopes: readonly unknown[]): readonly unknown[] {
  if (isList(scopes) && scopes.every((scope) => typeof scope === 'string' && /^[^\s"\\]+$/.test(scope)))
    return scopes;
  throw misuse('scopes', 'a list of scopes, each without spaces or quotes');
}

function nameOf(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw misuse('name', 'a string');
}

function misuse(option: string, expected: string): TypeError {
  return new TypeError(`protectedResource: "${option}" must be ${expected}`);
}
