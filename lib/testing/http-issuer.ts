import type { IncomingMessage, ServerResponse } from 'node:http';
import { settle, type TestIssuerOptions } from './issuer-options';
import { answerBadly, localServer, type IssuerFailure } from './issuer-server';
import { tokenMint, type TokenMint } from './token-mint';

export interface HttpTestIssuer extends TokenMint {
  /** Where its JWK Set is served. */
  readonly jwksUri: string;
  /** How often the JWK Set was asked for, failures included. */
  readonly fetches: number;
  /** How often the discovery document was asked for. */
  readonly discoveries: number;
  /** Discovery and JWK Set fail like this until `recover()`. Default: 503. */
  readonly fail: (failure?: IssuerFailure) => Promise<void>;
  /** Discovery and JWK Set are never answered until `recover()`. */
  readonly hang: () => Promise<void>;
  readonly recover: () => Promise<void>;
  /** Stops listening and ends every connection. */
  readonly close: () => Promise<void>;
}

const DISCOVERY_PATH = '/.well-known/openid-configuration';
const JWKS_PATH = '/.well-known/jwks.json';

/**
 * An issuer with a real HTTP endpoint on a free port of 127.0.0.1: OIDC discovery document and JWK Set.
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
 * Throws a `TypeError` for an unknown option or algorithm.
 */
export async function startTestIssuer(options: TestIssuerOptions = {}): Promise<HttpTestIssuer> {
  const settled = settle('startTestIssuer', options);
  const asked = new Map<string, number>();
  let failure: IssuerFailure | undefined;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = String(request.url);
    asked.set(path, (asked.get(path) ?? 0) + 1);
    const document = documents()[path];
    if (document === undefined) response.writeHead(404).end();
    else if (failure !== undefined) answerBadly(failure, response, document);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  };
  const server = await localServer(answer);
  const jwksUri = `${server.origin}${JWKS_PATH}`;
  const own = tokenMint(settled.issuer ?? server.origin, settled);
  const documents = (): Record<string, unknown> => ({
    [DISCOVERY_PATH]: { issuer: own.issuer, jwks_uri: jwksUri },
    [JWKS_PATH]: own.jwks(),
  });
  const fail = async (how: IssuerFailure = 503): Promise<void> => {
    failure = how;
    await (how === 'refused' ? server.refuse() : server.listen());
  };

  return {
    ...own,
    jwksUri,
    get fetches() {
      return asked.get(JWKS_PATH) ?? 0;
    },
    get discoveries() {
      return asked.get(DISCOVERY_PATH) ?? 0;
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
