import { NextResponse } from 'next/server';
import * as oidc from 'openid-client';
import { callbackUrl, provider } from '../../../server/provider';
import { readSession } from '../../../server/session-cookie';

/**
 * A form of this page sends it. Another site's POST brings no cookie along, since that is SameSite=Lax, and so finds no
 * session to end: the answer must not remove the cookie then, which a browser would do all the same.
 */
export async function POST() {
  const session = await readSession();
  const { tokens } = session;
  if (tokens) session.destroy();
  if (tokens?.refreshToken) {
    // The session here ends whether or not the provider can be reached.
    await oidc.tokenRevocation(await provider(), tokens.refreshToken).catch(() => undefined);
  }
  // Not by `redirect`, whose 307 has the browser send the form to that page once more.
  return NextResponse.redirect(new URL('/signed-out', callbackUrl()), 303);
}
