import type { RequestHandler } from 'express';
import { messageRules, type SignalOptions } from './options';
import { signalReceiver } from './receiver';
import { EVENT_TYPE, readEvents } from './security-event';

export interface SecurityEventsOptions extends SignalOptions {
  /** Of which the `aud` of an event must contain one: what the transmitter calls this receiver. */
  readonly audience: string | readonly string[];
}

/**
 * Receives Security Event Tokens (RFC 8417) that are pushed (RFC 8935). Mount it with `app.post` before any body parser.
 * Acts on session-revoked and credential-change of CAEP, account-disabled, account-purged and sessions-revoked of RISC:
 * a session that is named ends; else all that the subject was given until the event is refused, API keys too. Other events are
 * acknowledged without effect, and told by `onEvent`.
 *
 * Answers 202 once that is durable, and for a repeat; 400 with `{ err, description }` (RFC 8935 section 2.4) for a token
 * that is not acted on. Goes to the error handler: 408, 413 and 429 for the body, 503 where keys or stores cannot be
 * reached; the same token then acts when it comes again.
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
