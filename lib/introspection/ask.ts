import { whileWanted } from '../abort';

/** Why the authorization server gave no answer that counts. For the cause of a 503: never a token, never its words. */
export class IntrospectionFailure extends Error {
  override readonly name = 'IntrospectionFailure';

  constructor(
    readonly reason: 'unreachable' | 'status' | 'refused' | 'limited' | 'too_large' | 'malformed',
    options?: ErrorOptions,
  ) {
    super(`introspection: ${reason}`, options);
  }
}

/** The part of `fetch` that introspection needs. */
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

/** What a server, or a filter in front of it, answers to what stands in the question, which a stranger writes. */
const OF_THE_QUESTION: ReadonlySet<number> = new Set([400, 403, 413, 414, 422, 431]);

/** Asks about a token (RFC 7662 section 2.1). Redirects are not followed; rejects with `IntrospectionFailure`. */
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

/** A 429 is about how many questions come: a stranger's may be among them, and it is nobody's own. */
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
