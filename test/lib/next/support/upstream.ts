import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  /** Path and query, as they came. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type Script = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

/** A real server that answers as it is told, and remembers what reached it. */
export interface Upstream {
  readonly origin: string;
  readonly received: Received[];
  /** The script for the requests to come; it stays until the next one. */
  script(script: Script): void;
  /** One script for each request to come, in this order. */
  scripts(...list: Script[]): void;
  close(): Promise<void>;
}

const greeting: Script = (response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello":"there"}');

export async function startUpstream(): Promise<Upstream> {
  const received: Received[] = [];
  let standing = greeting;
  let queue: Script[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const entry = { method: request.method!, path: request.url!, headers: request.headers, body };
      received.push(entry);
      (queue.shift() ?? standing)(response, entry, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    received,
    script: (script) => {
      standing = script;
    },
    scripts: (...list) => {
      queue = list;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // A sender that leaves: what came is what there is.
  }
  return Buffer.concat(chunks);
}

export function answering(
  status: number,
  headers: Record<string, string | string[]> = {},
  body = '',
): Script {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Never answers. */
export const silence: Script = () => undefined;
