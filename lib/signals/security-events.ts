import type { RequestHandler } from 'express';
import { messageRules, type SignalOptions } from './options';
import { signalReceiver } from './receiver';
import { EVENT_TYPE, readEvents } from './security-event';

export interface SecurityEventsOptions extends SignalOptions {
  /** The name, or names, that the transmitter has for this receiver: `aud` of an event must contain one. */
  readonly audience: string | readonly string[];
}

/**
 * Receives Security Event Tokens (RFC 8417) that are pushed (RFC 8935). Mount it with `app.post` before any body parser.
 * Supports session-revoked and credential-change of CAEP, account-disabled, account-purged and sessions-revoked of RISC:
 * revokes the session that an event names, else the subject's tokens and API keys up to the time of the event. Other
 * events are acknowledged without effect, and reported to `onEvent`.
 *
 * Answers 202 once the revocation is stored, and for a repeat; 400 with `{ err, description }` (RFC 8935 section 2.4)
 * for a token that is refused. Passes to the error handler: 408, 413 and 429 for the body, and 503 where keys or stores
 * cannot be reached; the same token then takes effect when it is sent again.
 *
 * @example
 * app.post('/signals/events', securityEvents({ issuer, audience: 'https://api.example', revocations, replays }));
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or out of range.
 */
export function securityEvents(options: SecurityEventsOptions): RequestHandler {
  const room = 'securityEvents';
  const rules = messageRules(options, (options as Partial<SecurityEventsOptions> | undefined)?.audience, {
    room,
    audienceOption: 'audience',
    typ: EVENT_TYPE,
    lifetime: undefined,
  });
  return signalReceiver(options, rules, {
    room,
    mediaType: 'application/secevent+jwt',
    tokenIn: (body) => body,
    read: (message) => readEvents(message, rules.names, rules.now()),
    accept: (response) => {
      response.status(202).end();
    },
    refusal: ({ err, detail }) => ({ err, description: detail }),
  });
}
