import { Overdue, within } from './deadline';
import { isNextSignal } from './next-signal';
import { ProxyProblem, internal } from './problems';
import type { ProxyFailure } from './problems';

export interface GetTokenOptions {
  readonly template?: string;
  /** Ask the issuer for a new token. Clerk ignores this for plain session tokens and returns the same one. */
  readonly skipCache?: boolean;
}

/** A signed-in user. */
export interface Session {
  readonly userId: string;
  /** Resolves with the bearer token for the service; null, undefined or an empty string is a 401. */
  readonly getToken: (options?: GetTokenOptions) => Promise<string | null | undefined>;
}

export interface SignedOut {
  readonly userId: null | undefined;
}

/** Clerk's `auth`, or any function that resolves with the request's user, such as one over Auth.js; null for none. */
export type SessionAuth = () => Promise<Session | SignedOut | null | undefined>;

/** A user's token, and how to get a new one. */
export interface Bearer {
  readonly token: string;
  readonly renew: () => Promise<unknown>;
}

/** RFC 6750 section 2.1. Anything else, line breaks above all, must not reach a header. */
const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

export function isSendable(token: unknown): token is string {
  return typeof token === 'string' && B64TOKEN.test(token);
}

/** Asks who is signed in, and for their token. A host function that hangs or throws is a 500, not a 401. */
export async function bearerOf(
  auth: SessionAuth,
  template: string | undefined,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Bearer> {
  const ask = async (): Promise<Bearer> => {
    const session = await auth();
    if (!isSignedIn(session)) throw unauthenticated('no_user');
    const options = template === undefined ? {} : { template };
    const token: unknown = await session.getToken(options);
    if (token === null || token === undefined || token === '') throw unauthenticated('no_token');
    if (!isSendable(token)) throw unauthenticated('malformed_token');
    return { token, renew: () => session.getToken({ ...options, skipCache: true }) };
  };
  try {
    return await within(ask(), timeoutMs, signal);
  } catch (error) {
    if (error instanceof Overdue) throw internal('auth_timeout');
    if (error instanceof ProxyProblem || signal.aborted || isNextSignal(error)) throw error;
    throw internal('auth_threw', error);
  }
}

function isSignedIn(session: Session | SignedOut | null | undefined): session is Session {
  return typeof session?.userId === 'string' && session.userId !== '';
}

function unauthenticated(failure: ProxyFailure): ProxyProblem {
  return new ProxyProblem('missing_credentials', 'Sign in to do this.', failure);
}
