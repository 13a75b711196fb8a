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
  const answer = await oidc
    .authorizationCodeGrant(await provider(), answered, {
      expectedState: signIn.state,
      expectedNonce: signIn.nonce,
      pkceCodeVerifier: signIn.codeVerifier,
      idTokenExpected: true,
    })
    .catch(noSignIn);
  if (!answer) redirect('/signed-out');
  delete session.signIn;
  session.tokens = {
    userId: answer.claims()!.sub,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
  };
  await session.save();
  redirect('/');
}

/** State and nonce are of another sign-in. */
const STRANGE = ['OAUTH_INVALID_RESPONSE', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'];

/** The user said no, or the answer is to another sign-in, such as one of another tab. A provider that is down is a 500. */
function noSignIn(error: unknown): undefined {
  const refused = error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError;
  const strange = error instanceof oidc.ClientError && STRANGE.includes(error.code ?? '');
  if (!refused && !strange) throw error;
}
