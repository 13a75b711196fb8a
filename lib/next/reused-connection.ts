import { codeOf, member } from './system-code';

/** A connection that was open and is not: undici's own word, or the system's. */
const CLOSED = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'];
const SAFE_METHODS = ['GET', 'HEAD'];
const MOST_ORIGINS = 1000;

/** Who has answered in this process, and so may have left connections to be used again. */
const answered = new Set<string>();

/**
 * As `fetch`, and once more when a connection from an earlier request turns out to be dead before anything is answered
 * on it (RFC 9110 section 9.2.2 for which methods): a service closes idle connections whenever it likes.
 */
export async function fetchOverReused(
  url: URL,
  init: RequestInit & { readonly method: string },
): Promise<Response> {
  try {
    const response = await fetch(url, init);
    if (answered.size >= MOST_ORIGINS) answered.clear();
    answered.add(url.origin);
    return response;
  } catch (error) {
    if (SAFE_METHODS.includes(init.method) && wasReused(error, url)) return fetch(url, init);
    throw error;
  }
}

/** undici counts what a socket has read, unless it was reset: then all that is known is that its host has answered before. */
function wasReused(error: unknown, { origin }: URL): boolean {
  if (!CLOSED.includes(codeOf(error) ?? '')) return false;
  const read = member(member(member(error, 'cause'), 'socket'), 'bytesRead');
  return typeof read === 'number' ? read > 0 : answered.has(origin);
}
