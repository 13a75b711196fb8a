import { ClientGone } from './deadline';
import { ProxyProblem } from './problems';
import { fetchOverReused } from './reused-connection';
import { codeOf } from './system-code';

export interface UpstreamRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
}

/** An answer whose headers have arrived. Call `release` once its body has ended, was aborted or will not be read. */
export interface UpstreamAnswer {
  readonly response: Response;
  readonly abort: () => void;
  /** Removes the listener from the browser's connection, which may serve further requests. */
  readonly release: () => void;
}

/** Sends the request and waits `timeoutMs` for the headers. Rejects with a `ProxyProblem` (502, 504) or `ClientGone`. */
export async function send(
  { url, method, headers, body }: UpstreamRequest,
  token: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<UpstreamAnswer> {
  if (signal.aborted) throw new ClientGone();
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const release = (): void => signal.removeEventListener('abort', abort);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(abort, timeoutMs);
  // Next may cache what fetch reads unless told not to; undici's type lacks the member `cache`.
  const init: RequestInit & { readonly method: string; readonly cache: 'no-store' } = {
    method,
    headers: withToken(headers, token),
    body: body ?? null,
    signal: controller.signal,
    redirect: 'manual',
    cache: 'no-store',
  };
  try {
    const response = await fetchOverReused(url, init);
    refuseUnusable(response, abort);
    return { response, abort, release };
  } catch (error) {
    release();
    throw failureOf(error, controller.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

function withToken(headers: Headers, token: string): Headers {
  const copy = new Headers(headers);
  copy.set('authorization', `Bearer ${token}`);
  return copy;
}

/** A followed redirect could send the token to another host; runtimes show one by its status or as an opaque answer. */
function refuseUnusable({ status, type }: Response, abort: () => void): void {
  if (status >= 200 && status <= 599 && (status < 300 || status >= 400 || status === 304)) return;
  abort();
  const redirect = type === 'opaqueredirect' || (status >= 300 && status < 400);
  throw redirect
    ? new ProxyProblem('upstream_redirect', 'The service answered with a redirect.', 'redirect')
    : new ProxyProblem(
        'upstream_unreachable',
        'The service gave no answer that can be passed on.',
        'bad_status',
      );
}

/** `aborted` means the timeout: after a disconnect of the browser this error is not reported. */
function failureOf(error: unknown, aborted: boolean): ProxyProblem {
  if (error instanceof ProxyProblem) return error;
  if (aborted)
    return new ProxyProblem('upstream_timeout', 'The service did not answer in time.', 'no_headers');
  return new ProxyProblem(
    'upstream_unreachable',
    'The service cannot be reached.',
    codeOf(error) ?? 'network',
  );
}
