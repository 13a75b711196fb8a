import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compose } from './compose';
import type { Config } from './config';
import { messagesOf } from './http/messages';
import { createHttpServer } from './http/server';
import { withUnreadableTargets } from './http/unreadable-target';
import { connectionLog } from './ops/connection-log';
import type { Logger } from './ops/logger';
import type { LoopDelay } from './ops/loop-delay';
import type { MetricsServer } from './ops/metrics-server';
import { shutDown } from './ops/shutdown';
import type { Telemetry } from './ops/telemetry';
import type { Storage } from './storage/storage';
import type { Fellows } from './workers/fellows';

export interface RunningService {
  readonly address: string;
  /** Address of the metrics listener, if this process has one. */
  readonly metricsAddress?: string | undefined;
  readonly storage: Storage;
  /** Resolves when everything is released. `waitFirst`: see `shutDown`. */
  readonly stop: (waitFirst: boolean) => Promise<void>;
}

/** Opens the store and listens. A worker listens once all workers have opened their stores. */
export async function run(
  config: Config,
  logger: Logger,
  loop: LoopDelay,
  fellows?: Fellows,
): Promise<RunningService> {
  const composition = await compose(config, logger, loop, fellows);
  const { app, storage, lifecycle, telemetry, start } = composition;
  const metrics = await offerMetrics(telemetry, config, logger, fellows).catch(async (error: unknown) => {
    await composition.release();
    throw error;
  });
  const release = async (): Promise<void> => {
    await composition.release();
    metrics?.close();
  };
  await fellows?.mayListen();
  const server = createHttpServer({
    app: withUnreadableTargets(app),
    tls: config.tls,
    corsOrigins: config.corsOrigins,
    messages: messagesOf(app),
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
  return { address, metricsAddress: metrics?.address, storage, stop };
}

/** With several workers, the primary serves the metrics of all. */
async function offerMetrics(
  telemetry: Telemetry | undefined,
  { ops }: Config,
  logger: Logger,
  fellows: Fellows | undefined,
): Promise<MetricsServer | undefined> {
  if (!telemetry || !ops) return undefined;
  if (fellows) {
    fellows.measureWith(() => telemetry.samples());
    return undefined;
  }
  const { serveMetrics } = await import('./ops/metrics-server.js');
  return serveMetrics({ ...ops, text: () => telemetry.text(), logger });
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
