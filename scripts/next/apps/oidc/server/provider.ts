import * as oidc from 'openid-client';
import type { Tokens } from './session-cookie';

let configured: Promise<oidc.Configuration> | undefined;

/** Read once; after a failure again, so that a provider that was down at the first sign-in is not down for ever. */
export function provider(): Promise<oidc.Configuration> {
  configured ??= discovered().catch((error: unknown) => {
    configured = undefined;
    throw error;
  });
  return configured;
}

async function discovered() {
  const { OIDC_ISSUER = '', OIDC_CLIENT_ID = '', OIDC_CLIENT_SECRET } = process.env;
  const issuer = new URL(OIDC_ISSUER);
  const local = issuer.protocol === 'http:' && /^(?:localhost|127\.0\.0\.1)$/.test(issuer.hostname);
  const options = local ? { execute: [oidc.allowInsecureRequests] } : {};
  return oidc.discovery(issuer, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, undefined, options);
}

export const callbackUrl = () => new URL('/session/callback', process.env.APP_URL);

/** How long the answer to a refresh token is kept for requests that were sent with the same cookie. */
const KEPT_MS = 10_000;
const refreshing = new Map<string, Promise<Tokens | undefined>>();

/**
 * Once for each refresh token, however many requests come with it: providers that rotate them take the second use of
 * one for a theft, and end the session. Undefined where the provider gives no other token.
 */
export function refreshed(tokens: Tokens): Promise<Tokens | undefined> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined) return Promise.resolve(undefined);
  const under = refreshing.get(refreshToken);
  if (under) return under;
  const work = refresh(tokens, refreshToken);
  refreshing.set(refreshToken, work);
  const forget = () => refreshing.delete(refreshToken);
  work.then(() => setTimeout(forget, KEPT_MS).unref(), forget);
  return work;
}

async function refresh(tokens: Tokens, refreshToken: string): Promise<Tokens | undefined> {
  try {
    const answer = await oidc.refreshTokenGrant(await provider(), refreshToken);
    return {
      userId: tokens.userId,
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token ?? refreshToken,
    };
  } catch (error) {
    // What the provider refuses, it refuses for good; anything else is an outage, and no reason to sign anybody out.
    if (error instanceof oidc.ResponseBodyError) return undefined;
    throw error;
  }
}
