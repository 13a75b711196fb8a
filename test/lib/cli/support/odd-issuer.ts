import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface OddIssuer {
  readonly origin: string;
  readonly close: () => void;
}

export interface OddOptions {
  /** What stands at a path, told its own origin; undefined is 404. */
  readonly page: (path: string, origin: string) => unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A real server on loopback that is no issuer as it should be. */
export async function oddIssuer({ page, headers = {}, status = 200, tls }: OddOptions): Promise<OddIssuer> {
  let origin = '';
  const listener: RequestListener = (request, response) => {
    const document = page(String(request.url), origin);
    response
      .writeHead(document === undefined ? 404 : status, { connection: 'close', ...headers })
      .end(typeof document === 'string' ? document : JSON.stringify(document));
  };
  const server = tls ? createHttps(tls, listener) : createHttp(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http${tls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export const DISCOVERY = '/.well-known/openid-configuration';

/** A discovery document and a JWK Set. */
export function pages(jwks: unknown, name = (origin: string) => origin): OddOptions['page'] {
  return (path, origin) => {
    if (path === DISCOVERY) return { issuer: name(origin), jwks_uri: `${origin}/jwks` };
    return path === '/jwks' ? jwks : undefined;
  };
}
