import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject } from '../../options';
import { createTestIssuer, type TestIssuer } from '../../testing/test-issuer';
import { loopbackServer } from './loopback-server';

export interface LocalIssuerOptions {
  /** 0: a free one. */
  readonly port: number;
  readonly audience: readonly string[];
  readonly lifetimeSeconds: number;
}

export interface LocalIssuer {
  readonly issuer: string;
  readonly token: (claims: Readonly<Record<string, unknown>>) => string;
  readonly close: () => void;
}

/** Where whoever is on this machine gets a token: the body is a JSON object of claims. */
export const MINT_PATH = '/token';
const JWKS_PATH = '/.well-known/jwks.json';
const MAX_BODY = 65_536;

/** An issuer for this machine alone, with keys that are made at its start and end with it. */
export async function startLocalIssuer({
  port,
  audience,
  lifetimeSeconds,
}: LocalIssuerOptions): Promise<LocalIssuer> {
  const { origin, answerWith, close } = await loopbackServer(port);
  const own = createTestIssuer({ issuer: origin, audience: oneOrMany(audience), lifetimeSeconds });
  answerWith((request, response) => void answer(request, response, own));
  return { issuer: origin, token: own.token, close };
}

/** An aud of one is a string, as most issuers write it (RFC 7519 section 4.1.3). */
export function oneOrMany(audience: readonly string[]): string | readonly string[] {
  const [only, ...others] = audience;
  return only !== undefined && others.length === 0 ? only : audience;
}

async function answer(request: IncomingMessage, response: ServerResponse, own: TestIssuer): Promise<void> {
  const route = `${String(request.method)} ${String(request.url)}`;
  if (route === `POST ${MINT_PATH}`) {
    const claims = await readClaims(request);
    if (claims) response.writeHead(200, { 'content-type': 'text/plain' }).end(own.token(claims));
    else
      response
        .writeHead(400, { 'content-type': 'text/plain' })
        .end('The body must be a JSON object of claims.\n');
    return;
  }
  const documents: Readonly<Record<string, unknown>> = {
    'GET /.well-known/openid-configuration': { issuer: own.issuer, jwks_uri: own.issuer + JWKS_PATH },
    [`GET ${JWKS_PATH}`]: own.jwks(),
  };
  const document = documents[route];
  if (document === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}

/** Undefined for a body that is no JSON object. */
async function readClaims(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_BODY) return undefined;
  }
  try {
    const claims: unknown = text === '' ? {} : JSON.parse(text);
    return isObject(claims) ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
