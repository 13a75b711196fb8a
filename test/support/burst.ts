import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { later } from './clean-up';

/** Listens on a free port until `cleanUp`. */
export async function listening(app: RequestListener): Promise<string> {
  const server = createServer(app).listen(0, '127.0.0.1');
  later(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** Writes all at once, each on a connection that is open already, and resolves with the statuses in the same order. */
export async function burst(url: string, authorizations: readonly string[]): Promise<number[]> {
  const port = Number(new URL(url).port);
  const open = authorizations.map(async (authorization) => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return { socket, authorization };
  });
  const connected = await Promise.all(open);
  return Promise.all(connected.map(({ socket, authorization }) => ask(socket, authorization)));
}

function ask(socket: Socket, authorization: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => void (received += chunk));
    socket.once('error', reject).once('close', () => resolve(Number(received.slice(9, 12))));
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${authorization}\r\n\r\n`);
  });
}

export function count(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
