import type { RequestHandler } from 'express';
import { SignalRefusedError } from './errors';
import { LOGOUT_LIFETIME, LOGOUT_TYPE, readLogout } from './logout-token';
import { messageRules, type SignalOptions } from './options';
import { signalReceiver } from './receiver';

export interface BackChannelLogoutOptions extends SignalOptions {
  /** The client id, or ids, under which the issuer knows this application: the `aud` of its logout tokens. */
  readonly clientId: string | readonly string[];
}

/**
 * Receives logout tokens (OpenID Connect Back-Channel Logout 1.0). Mount it with `app.post` before any body parser. A
 * token with `sid` revokes that session; one with `sub` alone revokes the subject's tokens that were issued until its
 * `iat`, and API keys that were made until then.
 *
 * Answers 200 once the revocation is stored, and for a repeat; 400 with `{ error, error_description }` (section 2.8) for
 * a token that is refused. Passes to the error handler: 408, 413 and 429 for the body, and 503 where keys or stores
 * cannot be reached; the same token then takes effect when it is sent again.
 *
 * @example
 * app.post('/logout/backchannel', backChannelLogout({ issuer, clientId: 'web', revocations, replays }));
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or out of range.
 */
export function backChannelLogout(options: BackChannelLogoutOptions): RequestHandler {
  const room = 'backChannelLogout';
  const rules = messageRules(options, (options as Partial<BackChannelLogoutOptions> | undefined)?.clientId, {
    room,
    audienceOption: 'clientId',
    typ: LOGOUT_TYPE,
    lifetime: LOGOUT_LIFETIME,
  });
  return signalReceiver(options, rules, {
    room,
    mediaType: 'application/x-www-form-urlencoded',
    tokenIn: logoutTokenIn,
    read: readLogout,
    accept: (response) => {
      response.status(200).end();
    },
    refusal: ({ detail }) => ({ error: 'invalid_request', error_description: detail }),
  });
}

/** Other parameters are ignored (section 2.5). */
function logoutTokenIn(body: string): string {
  const [token, ...others] = new URLSearchParams(body).getAll('logout_token');
  if (token === undefined || others.length > 0)
    throw new SignalRefusedError('The body must have one logout_token.');
  return token;
}
