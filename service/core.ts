import { revocationFeed, type OnEvent, type Revocations, type Sallyport } from 'sallyport';
import { createAccess, createIssuers } from './access';
import type { Config } from './config';
import type { ProviderRules } from './config/providers';
import type { Logger } from './ops/logger';
import type { OnHindrance } from './storage/hindrance';
import { openStorage } from './storage/open-storage';
import type { Storage } from './storage/storage';
import { createErasure, type Erasure } from './users/erasure';
import { createRevoker, type Revoker } from './users/revoker';

/** Authentication, users and revocations on the store, for the service and for the admin commands. */
export interface Core {
  readonly storage: Storage;
  readonly revocations: Revocations;
  /** Options of the primary issuer, with its keys. */
  readonly primary: ProviderRules;
  readonly port: Sallyport;
  readonly erasure: Erasure;
  readonly revoker: Revoker;
  readonly close: () => Promise<void>;
}

export interface CoreOptions {
  readonly logger: Logger;
  readonly onEvent: OnEvent;
  readonly onHindrance: OnHindrance;
}

/** Rejects with an `UnusableStoreError`; resolves even while the store can't be reached. */
export async function openCore(config: Config, options: CoreOptions): Promise<Core> {
  const { logger, onEvent, onHindrance } = options;
  const storage = await openStorage({ ...config, onEvent, onHindrance });
  const { revocationRetentionSeconds: retentionSeconds, clockToleranceSeconds: clockTolerance } = config;
  const { seconds: cacheSeconds } = config.tokenCache;
  const { revocations: store, apiKeys } = storage;
  const revocations = revocationFeed({ store, retentionSeconds, clockTolerance, cacheSeconds, onEvent });
  const issuers = createIssuers(config, onEvent);
  const port = createAccess(config, issuers, storage, revocations, onEvent);
  const { users } = port;
  const erasure = createErasure({ ...storage, users, revocations, logger, retentionSeconds });
  const revoker = createRevoker({ revocations, users, apiKeys, logger });
  return {
    ...{ storage, revocations, port, erasure, revoker },
    primary: issuers[0],
    close: async () => {
      port.close();
      revocations.close();
      erasure.stop();
      revoker.stop();
      await storage.close();
    },
  };
}
