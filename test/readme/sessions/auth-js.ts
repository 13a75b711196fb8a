import { analyzerProxy } from 'sallyport/next';
import type { SessionAuth } from 'sallyport/next';

/** What `getToken({ req, secret })` of `next-auth/jwt` finds in the session's cookie, which no browser can read. */
interface AuthJsToken {
  readonly sub?: string;
  /** Put there by your `jwt` callback: `if (account) token.access_token = account.access_token`. */
  readonly access_token?: string;
}

/** `readToken`: `async () => getToken({ req: { headers: await headers() }, secret: process.env.AUTH_SECRET })`. */
export function authJsSession(readToken: () => Promise<AuthJsToken | null>): SessionAuth {
  return async () => {
    const token = await readToken();
    if (!token?.sub) return null;
    return { userId: token.sub, getToken: async () => token.access_token };
  };
}

export function saveRoute(url: string, readToken: () => Promise<AuthJsToken | null>) {
  return analyzerProxy({ url, auth: authJsSession(readToken) });
}
