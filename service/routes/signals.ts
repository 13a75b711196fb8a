import type { RequestHandler } from 'express';
import type { OnEvent } from 'sallyport';
import { backChannelLogout, securityEvents } from 'sallyport/signals';
import { z } from 'zod';
import type { Config } from '../config';
import type { ProviderRules } from '../config/providers';
import type { Route } from '../http/endpoint';
import { json } from '../openapi/operation';
import { OF_A_MESSAGE } from '../openapi/problems';
import type { Storage } from '../storage/storage';
import type { Revoker } from '../users/revoker';

export interface SignalParts {
  readonly config: Config;
  readonly primary: ProviderRules;
  readonly storage: Pick<Storage, 'replays'>;
  readonly revoker: Revoker;
  readonly onEvent: OnEvent;
}

const logoutBody = z.looseObject({
  logout_token: z.string().min(1).meta({ description: 'A logout token, signed by the primary issuer.' }),
});
const logoutRefusal = z
  .strictObject({ error: z.literal('invalid_request'), error_description: z.string() })
  .meta({ id: 'LogoutRefusal', description: 'OpenID Connect Back-Channel Logout 1.0, section 2.8.' });
const eventBody = z.string().min(1).meta({ description: 'A Security Event Token (RFC 8417).' });
const eventRefusal = z
  .strictObject({
    err: z.enum(['invalid_request', 'invalid_key', 'invalid_issuer', 'invalid_audience']),
    description: z.string(),
  })
  .meta({ id: 'EventRefusal', description: 'RFC 8935, section 2.4.' });

/**
 * /logout/backchannel and /signals/events, if configured: the primary issuer ends sessions and accounts. The API keys
 * of an account are deleted as well, since a revocation is kept for a limited time only.
 */
export function signalRoutes(parts: SignalParts, strangers: readonly RequestHandler[]): readonly Route[] {
  const { config } = parts;
  const sender = senderOf(parts);
  return [
    ...(config.logoutClients
      ? [logoutRoute([...strangers, backChannelLogout({ ...sender, clientId: config.logoutClients })])]
      : []),
    ...(config.signalAudience
      ? [eventRoute([...strangers, securityEvents({ ...sender, audience: config.signalAudience })])]
      : []),
  ];
}

function senderOf({ config, primary, storage, revoker, onEvent }: SignalParts) {
  const { issuer, aliases, algorithms, keys, clockTolerance } = primary;
  return {
    issuer,
    ...(aliases && { aliases }),
    ...(algorithms && { algorithms }),
    ...(keys && { keys }),
    ...(clockTolerance !== undefined && { clockTolerance }),
    revocations: revoker,
    replays: storage.replays,
    exempt: config.rateLimit.exempt,
    onEvent,
  };
}

function logoutRoute(handlers: readonly RequestHandler[]): Route {
  return {
    path: '/logout/backchannel',
    methods: {
      post: {
        id: 'receiveLogout',
        tag: 'providers',
        summary: 'Take a logout token',
        description: 'Ends the session, or all of its user (OpenID Connect Back-Channel Logout 1.0).',
        credentials: {},
        body: { mediaType: 'application/x-www-form-urlencoded', schema: logoutBody },
        answers: {
          200: { description: 'It has ended, or had already.' },
          400: { description: 'The token is not acted on.', body: json(logoutRefusal) },
        },
        problems: OF_A_MESSAGE,
        handlers,
      },
    },
  };
}

function eventRoute(handlers: readonly RequestHandler[]): Route {
  return {
    path: '/signals/events',
    methods: {
      post: {
        id: 'receiveEvent',
        tag: 'providers',
        summary: 'Take a security event',
        description: 'Pushed by RFC 8935; events of CAEP and RISC are acted on, others acknowledged.',
        credentials: {},
        body: { mediaType: 'application/secevent+jwt', schema: eventBody },
        answers: {
          202: { description: 'The event was processed, or has no effect.' },
          400: { description: 'The token is not acted on.', body: json(eventRefusal) },
        },
        problems: OF_A_MESSAGE,
        handlers,
      },
    },
  };
}
