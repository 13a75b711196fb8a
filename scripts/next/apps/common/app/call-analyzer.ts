/** What the proxy and the service answer when they refuse (RFC 9457). Without an answer the status is 0. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId?: string;
}

/** `etag` names the state of what was answered, for `If-Match`. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly etag: string | null }
  | { readonly ok: false; readonly problem: Problem };

/** What a service that wants a fresher or stronger sign-in says of it (RFC 9470). */
export interface Challenge {
  readonly maxAgeSeconds?: number;
  readonly acr?: string;
}

export interface CallOptions {
  /** Whether there is another token now, so that a call that was answered 401 is worth repeating. */
  readonly renew?: () => Promise<boolean>;
  /** Has the user prove again who they are; whether they did. */
  readonly prove?: (challenge: Challenge) => Promise<boolean>;
  /** Ends the call, and every wait within it: the call rejects with the signal's reason, as `fetch` does. */
  readonly signal?: AbortSignal;
  /** Told when the service asked to be left alone, and for how long. */
  readonly onWait?: (milliseconds: number) => void;
  /** Milliseconds that a call may wait altogether for 429 and 503; a longer `Retry-After` is answered at once. */
  readonly waitAtMostMs?: number;
  readonly pause?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * Calls the app's own routes. A 401 is repeated once after a renewal, once after the user has proved who they are; a 429
 * or 503 after its `Retry-After`. Nothing else is repeated: after a 502, a 504 or a lost connection nobody knows whether
 * the service has done what it was asked, and that is for the person at the page to decide.
 */
export async function callAnalyzer<T>(
  path: string,
  init: RequestInit = {},
  options: CallOptions = {},
): Promise<Answer<T>> {
  const { renew, prove, signal, onWait, waitAtMostMs = 20_000, pause = sleep } = options;
  let mayRenew = renew;
  let mayProve = prove;
  let left = waitAtMostMs;
  for (;;) {
    const response = await sent(path, signal ? { ...init, signal } : init);
    if (response === undefined) return { ok: false, problem: NO_CONNECTION };
    const challenge = challengeOf(response);
    const wait = waitOf(response);
    if (challenge && mayProve) {
      const proves = mayProve;
      mayProve = undefined;
      if (!(await proves(challenge))) return answerOf(response, signal);
    } else if (response.status === 401 && !challenge && mayRenew) {
      const renews = mayRenew;
      mayRenew = undefined;
      if (!(await renews())) return answerOf(response, signal);
    } else if (wait !== undefined && wait <= left) {
      left -= wait;
      onWait?.(wait);
      await pause(wait, signal);
    } else return answerOf(response, signal);
    signal?.throwIfAborted();
  }
}

const NO_CONNECTION: Problem = {
  title: 'No connection',
  status: 0,
  detail: 'The app cannot be reached, or the connection was lost before it answered.',
  code: 'no_connection',
};

/** Undefined where there was no answer. An abort is the caller's own, and no failure. */
async function sent(path: string, init: RequestInit): Promise<Response | undefined> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    return undefined;
  }
}

async function answerOf<T>(response: Response, signal: AbortSignal | undefined): Promise<Answer<T>> {
  const text = await response.text().catch(() => undefined);
  signal?.throwIfAborted();
  if (text === undefined) return { ok: false, problem: NO_CONNECTION };
  const value = text === '' ? undefined : parsed(text);
  if (response.ok && (text === '' || value !== undefined)) {
    return { ok: true, value: value as T, etag: response.headers.get('etag') };
  }
  return { ok: false, problem: isProblem(value) ? value : unreadable(response.status) };
}

/** An error page of a load balancer, for one, is no problem document. */
function unreadable(status: number): Problem {
  return {
    title: 'Unreadable answer',
    status,
    detail: 'Something between this page and the app answered in its place.',
    code: 'unreadable_answer',
  };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'title' in value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Milliseconds, of a 429 or 503 that says so, in seconds or as a date (RFC 9110 section 10.2.3); one second at least. */
function waitOf({ status, headers }: Response): number | undefined {
  const value = headers.get('retry-after');
  if ((status !== 429 && status !== 503) || value === null) return undefined;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(milliseconds, 1000);
}

function challengeOf({ status, headers }: Response): Challenge | undefined {
  const challenge = headers.get('www-authenticate') ?? '';
  if (status !== 401 || !challenge.includes('error="insufficient_user_authentication"')) return undefined;
  const maxAge = /max_age="?(\d+)/.exec(challenge)?.[1];
  const acr = /acr_values="([^"]*)"/.exec(challenge)?.[1];
  return {
    ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
    ...(acr !== undefined && { acr }),
  };
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
