import { redirect } from 'next/navigation';
import * as oidc from 'openid-client';
import { provider } from '../../../server/provider';
import { readSession } from '../../../server/session-cookie';

/** A form of this page sends it: the cookie is SameSite=Lax, which no other site's POST brings along. */
export async function POST() {
  const session = await readSession();
  const { tokens } = session;
  session.destroy();
  if (tokens?.refreshToken) {
    // The session here ends whether or not the provider can be reached.
    await oidc.tokenRevocation(await provider(), tokens.refreshToken).catch(() => undefined);
  }
  redirect('/signed-out');
}
