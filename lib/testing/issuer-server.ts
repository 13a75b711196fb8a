import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * How a failing issuer fails: a status code; `refused` (connection refused), `reset` (connection reset), `hang` (no
 * answer), `slow-body` (headers and a body that never ends), `redirect` (301 to another host), `html`, `huge` (over
 * 1 MiB), `truncated` (half a JSON document).
 */
export type IssuerFailure =
  'refused' | 'reset' | 'hang' | 'slow-body' | 'redirect' | 'html' | 'huge' | 'truncated' | number;

/** A server on 127.0.0.1 that can stop listening and start again on the same port. */
export interface LocalServer {
  readonly origin: string;
  readonly listen: () => Promise<void>;
  readonly refuse: () => Promise<void>;
}

export async function localServer(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener);
  await listenOn(server, 0);
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async listen() {
      if (!server.listening) await listenOn(server, port);
    },
    async refuse() {
      if (!server.listening) return;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listenOn(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Answers as a failing issuer. `document` is what it would serve otherwise. */
export function answerBadly(failure: IssuerFailure, response: ServerResponse, document: unknown): void {
  if (typeof failure === 'number') {
    response.writeHead(failure, { 'content-type': 'text/plain' }).end('unavailable');
    return;
  }
  const text = JSON.stringify(document);
  const asJson = { 'content-type': 'application/json' };
  const answers: Record<IssuerFailure & string, () => unknown> = {
    refused: () => response.destroy(),
    reset: () => response.destroy(),
    hang: () => undefined,
    'slow-body': () => response.writeHead(200, asJson).write(text.slice(0, 1)),
    redirect: () => response.writeHead(301, { location: 'http://localhost:9/jwks' }).end(),
    html: () => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Sign in</p>'),
    huge: () => response.writeHead(200, asJson).end(`{"padding":"${' '.repeat(2 ** 20)}",${text.slice(1)}`),
    truncated: () => response.writeHead(200, asJson).end(text.slice(0, text.length / 2)),
  };
  answers[failure]();
}
