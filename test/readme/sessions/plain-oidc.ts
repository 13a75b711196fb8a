import type { SessionAuth } from 'sallyport/next';

/** What your server keeps of a user's tokens, found by the session cookie. */
export interface KeptTokens {
  readonly subject: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface OidcSession {
  readonly find: () => Promise<KeptTokens | null>;
  readonly keep: (tokens: KeptTokens) => Promise<void>;
  /** The `token_endpoint` of your issuer's discovery document. */
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A session of your own: the service's 401 `invalid_token` is answered by refreshing the token (RFC 6749 section 6). */
export function oidcSession(session: OidcSession): SessionAuth {
  return async () => {
    const kept = await session.find();
    if (kept === null) return null;
    return {
      userId: kept.subject,
      getToken: async (options) => (options?.skipCache ? refreshed(session, kept) : kept.accessToken),
    };
  };
}

async function refreshed({ keep, tokenEndpoint, clientId, clientSecret }: OidcSession, kept: KeptTokens) {
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`,
    },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: kept.refreshToken }),
    redirect: 'error',
  });
  if (!response.ok) return null;
  const answer = (await response.json()) as { access_token: string; refresh_token?: string };
  await keep({
    ...kept,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? kept.refreshToken,
  });
  return answer.access_token;
}
