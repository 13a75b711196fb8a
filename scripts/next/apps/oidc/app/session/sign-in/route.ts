import { redirect } from 'next/navigation';
import * as oidc from 'openid-client';
import { callbackUrl, provider } from '../../../server/provider';
import { readSession } from '../../../server/session-cookie';

/** Never built in advance: each sign-in has a state of its own. */
export const dynamic = 'force-dynamic';

export async function GET() {
  const session = await readSession();
  session.signIn = {
    state: oidc.randomState(),
    nonce: oidc.randomNonce(),
    codeVerifier: oidc.randomPKCECodeVerifier(),
  };
  await session.save();
  const url = oidc.buildAuthorizationUrl(await provider(), {
    ...Object.fromEntries(new URLSearchParams(process.env.OIDC_PARAMETERS)),
    redirect_uri: callbackUrl().href,
    scope: process.env.OIDC_SCOPE ?? 'openid offline_access',
    state: session.signIn.state,
    // Beside PKCE: a provider that does not know PKCE ignores it without a word.
    nonce: session.signIn.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(session.signIn.codeVerifier),
    code_challenge_method: 'S256',
  });
  redirect(url.href);
}
