import { codeOf, member } from './system-code';

/** Error codes of a connection that was closed: undici's own, and the system's. */
const CLOSED = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'];
const SAFE_METHODS = ['GET', 'HEAD'];
const MOST_ORIGINS = 1000;

/** Origins that have answered in this process, so that open connections to them may be reused. */
const answered = new Set<string>();

/**
 * As `fetch`, repeated once when a reused connection turns out to be closed before anything is answered on it (RFC 9110
 * section 9.2.2 on which methods may be): a service may close an idle connection at any time.
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

/** undici reports the bytes read from a socket, but not after a reset: then an earlier answer of the origin counts. */
function wasReused(error: unknown, { origin }: URL): boolean {
  if (!CLOSED.includes(codeOf(error) ?? '')) return false;
  const read = member(member(member(error, 'cause'), 'socket'), 'bytesRead');
  return typeof read === 'number' ? read > 0 : answered.has(origin);
}
