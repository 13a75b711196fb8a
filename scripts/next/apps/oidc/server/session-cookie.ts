import { getIronSession } from 'iron-session';
import { cookies } from 'next/headers';

export interface Tokens {
  readonly userId: string;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
}

export interface SignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** In one cookie, encrypted, which no script can read: a browser keeps up to 4096 bytes of it. */
interface Session {
  tokens?: Tokens;
  signIn?: SignIn;
}

export async function readSession() {
  const secure = process.env.APP_URL?.startsWith('https:') ?? true;
  return getIronSession<Session>(await cookies(), {
    cookieName: secure ? '__Host-session' : 'session',
    password: process.env.SESSION_PASSWORD ?? '',
    cookieOptions: { secure, httpOnly: true, sameSite: 'lax', path: '/' },
  });
}
