import type { IncomingMessage, ServerResponse } from 'node:http';
import { settle, type TestIssuerOptions } from './issuer-options';
import { answerBadly, localServer, type IssuerFailure } from './issuer-server';
import { issuerPages, type Page } from './pages';
import { tokenMint, type TokenMint } from './token-mint';

export interface HttpTestIssuer extends TokenMint {
  /** URL of the JWK Set. */
  readonly jwksUri: string;
  /** Number of requests for the JWK Set, failures included. */
  readonly fetches: number;
  /** Number of requests for the discovery document. */
  readonly discoveries: number;
  /** Requests for discovery and JWK Set fail like this until `recover()`. Default: 503. */
  readonly fail: (failure?: IssuerFailure) => Promise<void>;
  /** Requests for discovery and JWK Set get no answer until `recover()`. */
  readonly hang: () => Promise<void>;
  readonly recover: () => Promise<void>;
  /** Stops listening and closes all connections. */
  readonly close: () => Promise<void>;
}

/**
 * An issuer with an HTTP server on a free port of 127.0.0.1, which serves an OIDC discovery document and a JWK Set.
 *
 * ```js
 * const { startTestIssuer } = require('sallyport/testing');
 *
 * const issuer = await startTestIssuer();
 * const keys = remoteKeys({ issuer: issuer.issuer });
 * await issuer.fail(503);   // or 'refused', 'reset', 'hang', 'slow-body', 'redirect', 'html', 'huge', 'truncated'
 * await issuer.recover();
 * issuer.rotate();
 * await issuer.close();
 * ```
 *
 * With `like` it serves and issues the same as a provider, for the preset of `sallyport/issuers` for that provider:
 *
 * ```js
 * const issuer = await startTestIssuer({ like: 'auth0' });
 * app.use('/api', sallyport({ ...auth0({ issuer: issuer.issuer, audience: issuer.audience }), users: memoryUsers() }));
 * issuer.tokenOf('access');   // passes
 * issuer.tokenOf('id');       // 401
 * ```
 *
 * @throws {TypeError} for an unknown option or algorithm.
 */
export async function startTestIssuer(options: TestIssuerOptions = {}): Promise<HttpTestIssuer> {
  const settled = settle('startTestIssuer', options);
  const { animal } = settled;
  const asked = new Map<string, number>();
  let failure: IssuerFailure | undefined;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = String(request.url);
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const served = pages.at(path);
    if (served === undefined) response.writeHead(404).end();
    else if (failure !== undefined) answerBadly(failure, response, served.document);
    else if (!accepts(request, served.headers)) response.writeHead(406).end();
    else response.writeHead(200, served.headers).end(JSON.stringify(served.document));
  };
  const server = await localServer(answer);
  const { origin } = server;
  const jwksUri = origin + animal.jwksPath;
  const own = tokenMint(settled.issuer ?? origin + animal.path, settled);
  const pages = issuerPages(animal, { origin, issuer: own.issuer, jwksUri }, own.jwks);
  const fail = async (how: IssuerFailure = 503): Promise<void> => {
    failure = how;
    await (how === 'refused' ? server.refuse() : server.listen());
  };

  return {
    ...own,
    jwksUri,
    get fetches() {
      return asked.get(animal.jwksPath) ?? 0;
    },
    get discoveries() {
      return asked.get(pages.discoveryPath) ?? 0;
    },
    fail,
    hang: () => fail('hang'),
    async recover() {
      failure = undefined;
      await server.listen();
    },
    close: server.refuse,
  };
}

/** Whether the request accepts the media type of the answer (RFC 9110 section 12.5.1). */
function accepts({ headers: { accept = '*/*' } }: IncomingMessage, headers: Page['headers']): boolean {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return [type, '*/*', 'application/*'].some((accepted) => accept.includes(accepted));
}
