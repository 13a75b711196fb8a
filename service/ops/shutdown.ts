import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Lifecycle } from './lifecycle';
import type { Logger } from './logger';

export interface ShutdownOptions {
  readonly server: Server;
  readonly lifecycle: Lifecycle;
  readonly graceSeconds: number;
  /** Closes stores and timers, after the last request. */
  readonly release: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * Shuts down without losing requests. With `waitFirst` the service accepts requests for half of the grace period, so
 * that load balancers notice the failing readiness before the listener closes. Requests in flight then have the other
 * half.
 */
export async function shutDown(options: ShutdownOptions, waitFirst: boolean): Promise<void> {
  const { server, lifecycle, graceSeconds, release, logger } = options;
  const half = graceSeconds * 500;
  lifecycle.enter('draining');
  logger.info({ graceSeconds }, 'shutting down');
  if (waitFirst) await wait(half);
  lifecycle.enter('closing');
  await closeServer(server, waitFirst ? half : half * 2, logger);
  await release();
  logger.info('stopped');
}

async function closeServer(server: Server, patienceMs: number, logger: Logger): Promise<void> {
  const closed = new Promise<void>((resolve) =>
    server.close(() => {
      resolve();
    }),
  );
  // Node closes only connections that are idle at this moment, not those that become idle after their response.
  const sweeping = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  const cutting = setTimeout(() => {
    logger.warn('cut off requests that outlasted the grace time');
    server.closeAllConnections();
  }, patienceMs);
  await closed;
  clearInterval(sweeping);
  clearTimeout(cutting);
}
