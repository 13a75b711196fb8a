import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Lifecycle } from './lifecycle';
import type { Logger } from './logger';

export interface ShutdownOptions {
  readonly server: Server;
  readonly lifecycle: Lifecycle;
  readonly graceSeconds: number;
  /** Stores and timers, once no request needs them any more. */
  readonly release: () => Promise<void>;
  readonly logger: Logger;
}

/**
 * Ends without losing requests. With `waitFirst` it goes on serving for half the grace time, so that load balancers
 * see readiness gone before the listener is; requests in flight then have the rest of it.
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
  // Node closes connections that are idle now, not those that become idle when their answer is out.
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
