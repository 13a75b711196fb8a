import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compose } from './compose';
import type { Config } from './config';
import { createHttpServer } from './http/server';
import { withUnreadableTargets } from './http/unreadable-target';
import { connectionLog } from './ops/connection-log';
import type { Logger } from './ops/logger';
import type { LoopDelay } from './ops/loop-delay';
import { shutDown } from './ops/shutdown';
import type { Storage } from './storage/storage';
import type { Fellows } from './workers/fellows';

export interface RunningService {
  readonly address: string;
  readonly storage: Storage;
  /** Resolves when all is released. `waitFirst`: see `shutDown`. */
  readonly stop: (waitFirst: boolean) => Promise<void>;
}

/** Opens the store and listens; a worker does so once its fellows have theirs open. */
export async function run(
  config: Config,
  logger: Logger,
  loop: LoopDelay,
  fellows?: Fellows,
): Promise<RunningService> {
  const { app, storage, lifecycle, start, release } = await compose(config, logger, loop, fellows);
  await fellows?.mayListen();
  const server = createHttpServer({
    app: withUnreadableTargets(app),
    tls: config.tls,
    corsOrigins: config.corsOrigins,
    ...connectionLog(logger),
  });
  await listen(server, config).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  const address = addressOf(server, config);
  logger.info({ address, store: storeName(config) }, 'listening');
  start();
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
