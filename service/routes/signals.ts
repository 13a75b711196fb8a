import type { RequestHandler, Router } from 'express';
import type { OnEvent } from 'sallyport';
import { backChannelLogout, securityEvents } from 'sallyport/signals';
import type { Config } from '../config';
import type { ProviderRules } from '../config/providers';
import { endpoint } from '../http/endpoint';
import type { Storage } from '../storage/storage';
import type { Revoker } from '../users/revoker';

export interface SignalParts {
  readonly config: Config;
  readonly primary: ProviderRules;
  readonly storage: Pick<Storage, 'replays'>;
  readonly revoker: Revoker;
  readonly onEvent: OnEvent;
}

/**
 * /logout/backchannel and /signals/events, where they are configured: the primary issuer ends sessions and subjects by
 * itself. A subject that it ends loses its API keys too: they would outlive the revocation.
 */
export function mountSignals(router: Router, parts: SignalParts, strangers: readonly RequestHandler[]): void {
  const { config, primary, storage, revoker, onEvent } = parts;
  const { issuer, aliases, algorithms, keys, clockTolerance } = primary;
  const sender = {
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
  if (config.logoutClients) {
    const receive = backChannelLogout({ ...sender, clientId: config.logoutClients });
    endpoint(router, '/logout/backchannel', { post: [...strangers, receive] });
  }
  if (config.signalAudience) {
    const receive = securityEvents({ ...sender, audience: config.signalAudience });
    endpoint(router, '/signals/events', { post: [...strangers, receive] });
  }
}
