import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  readonly origin: string;
  readonly answerWith: (listener: RequestListener) => void;
  readonly close: () => void;
}

/** Listens on 127.0.0.1 only; port 0 takes any free port. Rejects with the system's error. */
export async function loopbackServer(port: number): Promise<LoopbackServer> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    answerWith(listener) {
      server.on('request', (request, response) => {
        if (isOurs(request)) listener(request, response);
        else response.writeHead(403).end();
      });
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Refuses requests of web pages, including those that use another host name for this address (DNS rebinding). */
function isOurs({ headers: { host, origin } }: IncomingMessage): boolean {
  return origin === undefined && host !== undefined && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}
