import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AggregatorRegistry, Registry } from 'prom-client';
import type { Logger } from './logger';

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  /** The metrics in the Prometheus text format. */
  readonly text: () => Promise<string>;
  readonly logger: Logger;
}

export interface MetricsServer {
  readonly address: string;
  close(): void;
}

/** The metrics of several processes as one: counters are summed, and ages are the greatest. */
export function addedUp(processes: readonly (readonly object[])[]): Promise<string> {
  return AggregatorRegistry.aggregate([...processes]).metrics();
}

/** Serves only GET /metrics, on a separate listener, since metrics are not for the callers of the service. */
export async function serveMetrics(options: MetricsServerOptions): Promise<MetricsServer> {
  const { host, port, logger } = options;
  const server = createServer((request, response) => {
    answer(request, response, options).catch((err: unknown) => {
      logger.error({ err }, 'the metrics cannot be read');
      say(response, 500, 'The metrics cannot be read.');
    });
  });
  await listening(server, host, port);
  const { address, family, port: taken } = server.address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${String(taken)}`;
  logger.info({ metrics: `${url}/metrics` }, 'metrics are served');
  return {
    address: url,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { text }: MetricsServerOptions,
): Promise<void> {
  const [path] = (request.url ?? '').split('?', 1);
  if (path !== '/metrics') {
    say(response, 404, 'There is nothing here but /metrics.');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    say(response, 405, 'This path answers GET, HEAD.');
  } else {
    say(response, 200, await text(), Registry.PROMETHEUS_CONTENT_TYPE);
  }
}

function say(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
}
