import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { revocationFeed } from 'sallyport';
import { createAccess } from './access';
import { createApp } from './app';
import type { Config } from './config';
import { createHttpServer } from './http/server';
import { eventLog } from './ops/event-log';
import { createLifecycle } from './ops/lifecycle';
import type { Logger } from './ops/logger';
import { measureLoopDelay } from './ops/overload';
import { shutDown } from './ops/shutdown';
import { openStorage } from './storage/open-storage';
import type { Storage } from './storage/storage';
import { createErasure } from './users/erasure';

export interface RunningService {
  readonly address: string;
  readonly storage: Storage;
  /** Resolves when all is released. `waitFirst`: see `shutDown`. */
  readonly stop: (waitFirst: boolean) => Promise<void>;
}

/** Opens the store and listens. */
export async function run(config: Config, logger: Logger): Promise<RunningService> {
  const onEvent = eventLog(logger);
  const storage = await openStorage({ ...config, onEvent });
  const revocations = revocationFeed({
    store: storage.revocations,
    retentionSeconds: config.revocationRetentionSeconds,
    clockTolerance: config.clockToleranceSeconds,
    onEvent,
  });
  const port = createAccess(config, storage, revocations, onEvent);
  const erasure = createErasure({
    ...storage,
    users: port.users,
    revocations,
    logger,
    retentionSeconds: config.revocationRetentionSeconds,
  });
  const loop = measureLoopDelay();
  const lifecycle = createLifecycle();
  const app = createApp({
    config,
    storage,
    port,
    revocations,
    erasure,
    logger,
    lifecycle,
    loopDelay: () => loop.current(),
  });
  const server = createHttpServer(app, config.tls);
  const release = async (): Promise<void> => {
    loop.stop();
    port.close();
    revocations.close();
    erasure.stop();
    await storage.close();
  };

  await listen(server, config).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const address = addressOf(server, config);
  logger.info({ address, store: storeName(config) }, 'listening');
  // Keys that can't be read now are no reason to end: readiness says so, and requests get their 503.
  port.ready().catch(() => undefined);
  erasure.start();
  const graceSeconds = config.shutdownGraceSeconds;
  const stop = (waitFirst: boolean): Promise<void> =>
    shutDown({ server, lifecycle, graceSeconds, release, logger }, waitFirst);
  return { address, storage, stop };
}

function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOf(server: Server, { tls }: Config): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `${tls ? 'https' : 'http'}://${family === 'IPv6' ? `[${address}]` : address}:${String(port)}`;
}

function storeName({ mongodbUri, dataDir }: Config): string {
  return mongodbUri === undefined ? `embedded in ${dataDir}` : 'MongoDB';
}
