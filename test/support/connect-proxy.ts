import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { later } from './clean-up';

/** The port of a server that listens now, and is ended with all of its connections. */
export async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => void sockets.add(socket));
  server.listen(0, '127.0.0.1');
  later(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A proxy that tunnels (RFC 9110 section 9.3.6) to one port of this machine, whatever host it is asked for. */
export async function connectProxy(port: () => number) {
  const asked: string[] = [];
  const server = createServer((_, response) => void response.writeHead(400).end());
  server.on('connect', ({ url = '' }, socket: Socket) => {
    asked.push(url);
    const upstream = connect(port(), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  return { asked, url: `http://127.0.0.1:${await listening(server)}` };
}
