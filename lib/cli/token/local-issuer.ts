import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject } from '../../options';
import { settle } from '../../testing/issuer-options';
import { issuerPages, type IssuerPages } from '../../testing/pages';
import { tokenMint, type TokenMint } from '../../testing/token-mint';
import type { TokenKind } from '../../testing/zoo/animal';
import type { Provider } from '../../testing/zoo/zoo';
import { loopbackServer } from './loopback-server';

export interface LocalIssuerOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The provider to imitate; undefined: none. */
  readonly like: Provider | undefined;
  /** Undefined: the default of the provider. */
  readonly audience: readonly string[] | undefined;
  readonly lifetimeSeconds: number;
}

type Claims = Readonly<Record<string, unknown>>;

export interface LocalIssuer {
  readonly issuer: string;
  readonly audience: string | readonly string[];
  readonly kinds: readonly TokenKind[];
  /** The kind that is meant for an API. */
  readonly sends: TokenKind;
  /** Throws a `TypeError` for a kind that the issuer does not have, and for claims in an opaque token. */
  readonly tokenOf: (kind: string, claims: Claims) => string;
  readonly close: () => void;
}

/**
 * The token endpoint for processes of this machine. Body: a JSON object of claims. Query: `kind`, the kind of token.
 */
export const MINT_PATH = '/token';
const MAX_BODY = 65_536;

/** Starts an issuer that listens on this machine only. Its keys are generated at start and never stored. */
export async function startLocalIssuer({
  port,
  like,
  audience,
  lifetimeSeconds,
}: LocalIssuerOptions): Promise<LocalIssuer> {
  const { origin, answerWith, close } = await loopbackServer(port);
  const settled = settle('token', {
    lifetimeSeconds,
    ...(like && { like }),
    ...(audience && { audience: oneOrMany(audience) }),
  });
  const { animal } = settled;
  const mint = tokenMint(origin + animal.path, settled);
  const place = { origin, issuer: mint.issuer, jwksUri: origin + animal.jwksPath };
  const pages = issuerPages(animal, place, mint.jwks);
  const own: LocalIssuer = {
    issuer: mint.issuer,
    audience: mint.audience,
    kinds: mint.kinds,
    sends: animal.sends,
    tokenOf: (kind, claims) => mintToken(mint, kind, claims),
    close,
  };
  // An aborted request must not stop the issuer.
  answerWith((request, response) => {
    answer(request, response, own, pages).catch(() => response.destroy());
  });
  return own;
}

/** A single audience is a string, as most issuers write it (RFC 7519 section 4.1.3). */
export function oneOrMany(audience: readonly string[]): string | readonly string[] {
  const [only, ...others] = audience;
  return only !== undefined && others.length === 0 ? only : audience;
}

/** An opaque token has no claims, so a request for one has no body. */
function mintToken({ tokenOf }: TokenMint, kind: string, claims: Claims): string {
  return tokenOf(kind as TokenKind, Object.keys(claims).length > 0 ? claims : undefined);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  own: LocalIssuer,
  pages: IssuerPages,
): Promise<void> {
  const [path = '', query] = String(request.url).split('?');
  if (request.method === 'POST' && path === MINT_PATH) {
    const kind = new URLSearchParams(query).get('kind') ?? own.sends;
    const { status, text } = minted(own, kind, await readClaims(request));
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
    return;
  }
  const page = request.method === 'GET' ? pages.at(path) : undefined;
  if (page === undefined) response.writeHead(404).end();
  else response.writeHead(200, page.headers).end(JSON.stringify(page.document));
}

interface Minted {
  readonly status: 200 | 400;
  readonly text: string;
}

function minted(own: LocalIssuer, kind: string, claims: Claims | undefined): Minted {
  if (!claims) return { status: 400, text: 'The body must be a JSON object of claims.' };
  try {
    return { status: 200, text: own.tokenOf(kind, claims) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { status: 400, text: mintProblem(error) };
  }
}

/** The reason for the refusal, for the user. */
export function mintProblem({ message }: TypeError): string {
  return `There is no such token: ${message.replace(/^\w+: /, '')}.`;
}

/** Undefined for a body that is not a JSON object. */
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
