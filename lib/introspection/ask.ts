import { whileWanted } from '../abort';

/** Why the authorization server gave no valid answer: the cause of a 503. Holds no token, and no text of the server. */
export class IntrospectionFailure extends Error {
  override readonly name = 'IntrospectionFailure';

  constructor(
    readonly reason: 'unreachable' | 'status' | 'refused' | 'limited' | 'too_large' | 'malformed',
    options?: ErrorOptions,
  ) {
    super(`introspection: ${reason}`, options);
  }
}

/** The part of the global `fetch` that introspection uses. */
export type Fetch = (
  url: string,
  init: {
    readonly method: 'POST';
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

export interface Asking {
  readonly endpoint: string;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Statuses that a server, or a filter before it, may give because of the token, which any client can choose. */
const OF_THE_QUESTION: ReadonlySet<number> = new Set([400, 403, 413, 414, 422, 431]);

/** Asks about a token (RFC 7662 section 2.1). Does not follow redirects. Rejects with `IntrospectionFailure`. */
export async function ask(token: string, asking: Asking): Promise<Readonly<Record<string, unknown>>> {
  const signal = AbortSignal.timeout(asking.timeoutMs);
  try {
    return await whileWanted(read(token, asking, signal), signal);
  } catch (error) {
    if (error instanceof IntrospectionFailure) throw error;
    throw new IntrospectionFailure('unreachable', { cause: error });
  }
}

async function read(token: string, asking: Asking, signal: AbortSignal) {
  const { endpoint, headers, fetch, maxBytes } = asking;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      ...(await headers()),
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    redirect: 'manual',
    signal,
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new IntrospectionFailure(reasonOf(response.status));
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new IntrospectionFailure('too_large');
    chunks.push(chunk);
  }
  return parsed(Buffer.concat(chunks));
}

/** A 429 is about the number of all requests, so it counts against no single caller. */
function reasonOf(status: number): 'refused' | 'limited' | 'status' {
  if (status === 429) return 'limited';
  return OF_THE_QUESTION.has(status) ? 'refused' : 'status';
}

function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new IntrospectionFailure('malformed');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new IntrospectionFailure('malformed');
  return value as Readonly<Record<string, unknown>>;
}
