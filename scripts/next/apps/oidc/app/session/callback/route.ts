import { redirect } from 'next/navigation';
import * as oidc from 'openid-client';
import { callbackUrl, provider } from '../../../server/provider';
import { readSession } from '../../../server/session-cookie';

export async function GET(request: Request) {
  const session = await readSession();
  const { signIn } = session;
  // Without a sign-in that began at this browser the code is somebody else's.
  if (!signIn) redirect('/session/sign-in');
  const answered = callbackUrl();
  answered.search = new URL(request.url).search;
  const answer = await oidc.authorizationCodeGrant(await provider(), answered, {
    expectedState: signIn.state,
    pkceCodeVerifier: signIn.codeVerifier,
    idTokenExpected: true,
  });
  delete session.signIn;
  session.tokens = {
    userId: answer.claims()!.sub,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
  };
  await session.save();
  redirect('/');
}
