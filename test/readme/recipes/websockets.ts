import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { sallyport, SallyportError, type Auth, type OptionsWithoutUsers } from 'sallyport';
import { WebSocketServer, type WebSocket } from 'ws';
import { whileValid } from './while-valid';

/** WebSockets for callers with a token, each until its token expires or is revoked. */
export function createWebSockets(options: OptionsWithoutUsers, everyMs?: number): Server {
  const port = sallyport(options);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
  const server = createServer((_request, response) => response.writeHead(426).end());

  server.on('upgrade', (request, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    // Behind a proxy, first: Object.setPrototypeOf(request, app.request), so that "trust proxy" of your app counts.
    port.verify(request).then(
      (auth) => sockets.handleUpgrade(request, socket, head, (client) => welcome(client, request, auth)),
      (error: unknown) => refuse(socket, error),
    );
  });
  return server;

  function welcome(client: WebSocket, request: IncomingMessage, auth: Auth): void {
    client.send(`hello ${auth.subject}`);
    const end = (): void => client.close(4401, 'The token has expired or was revoked.');
    client.on('close', whileValid(port, request, auth, end, everyMs));
  }
}

/** There is no response yet: the refusal is written to the socket as it is. */
function refuse(socket: Duplex, error: unknown): void {
  const { status, headers } = error instanceof SallyportError ? error : { status: 500, headers: {} };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, 'Connection: close', ...lines, '', ''];
  socket.end(head.join('\r\n'), () => socket.destroy());
}
