import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/** Opens the store, listens, and resolves with how to stop. */
export async function run(config: Config, logger: Logger): Promise<(waitFirst: boolean) => Promise<void>> {
  const onEvent = eventLog(logger);
  const storage = await openStorage({ ...config, onEvent });
  const port = createAccess(config, storage, onEvent);
  const loop = measureLoopDelay();
  const lifecycle = createLifecycle();
  const app = createApp({ config, storage, port, logger, lifecycle, loopDelay: loop.current });
  const server = createHttpServer(app, config.tls);
  await listen(server, config);
  logger.info({ address: addressOf(server, config), store: storeName(config) }, 'listening');
  // Keys that can't be read now are no reason to end: readiness says so, and requests get their 503.
  port.ready().catch(() => undefined);

  const release = async (): Promise<void> => {
    loop.stop();
    port.close();
    await storage.close();
  };
  return (waitFirst) =>
    shutDown({ server, lifecycle, graceSeconds: config.shutdownGraceSeconds, release, logger }, waitFirst);
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
