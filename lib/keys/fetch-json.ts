import { whileWanted } from '../abort';
import { addressName, namedAddress } from './key-address';
import type { HeadersFor } from './key-headers';
import { asKeyFetchFailure, KeyFetchFailure } from './key-fetch-failure';

const OURS = {
  // Some servers have a JWK Set in its own media type only (RFC 7517 section 8.5.2), and answer 406 for others.
  accept: 'application/json, application/jwk-set+json',
  // The next fetch is minutes later, or the process is suspended before: the connection may be dead by then.
  connection: 'close',
} as const;

/** The part of `fetch` (Fetch standard) that reading keys needs. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

export interface FetchInit {
  readonly headers: Record<string, string>;
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

export interface FetchLimits {
  readonly fetch: Fetch;
  readonly maxBytes: number;
  readonly headersFor: HeadersFor;
}

/**
 * Reads a JSON document. Redirects are not followed, more than `maxBytes` (after decompression) is not read, and
 * `signal` ends headers and body alike. Rejects with a `KeyFetchFailure`.
 */
export async function fetchJson(url: string, limits: FetchLimits, signal: AbortSignal): Promise<unknown> {
  let bytes: Uint8Array;
  try {
    // The wait ends with the signal, even if an injected fetch ignores it.
    bytes = await whileWanted(fetchBytes(url, limits, signal), signal);
  } catch (error) {
    throw asKeyFetchFailure(error, 'unreachable').at(addressName(url));
  }
  return parseJson(bytes, url);
}

async function fetchBytes(
  url: string,
  { fetch, maxBytes, headersFor }: FetchLimits,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const own = Object.entries(await headersFor(url)).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    value,
  ]);
  const headers: Record<string, string> = { ...Object.fromEntries(own), ...OURS };
  const response = await fetch(url, { headers, redirect: 'manual', signal });
  if (response.status !== 200) {
    // An unread body would keep its connection open.
    await response.body?.cancel();
    throw refusal(response, url);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new KeyFetchFailure('too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Status 0 is an opaque redirect, which some implementations of `fetch` return with `redirect: 'manual'`. */
function refusal({ status, headers }: Response, url: string): KeyFetchFailure {
  const isRedirect = status === 0 || (status >= 300 && status < 400);
  if (!isRedirect) return new KeyFetchFailure('status', { status });
  const location = namedAddress(headers.get('location') ?? undefined, url);
  return new KeyFetchFailure('redirect', { status: status || undefined, location });
}

function parseJson(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new KeyFetchFailure('not_json', { address: addressName(url) }, { cause: error });
  }
}
