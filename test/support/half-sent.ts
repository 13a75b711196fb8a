import { connect, type Socket } from 'node:net';
import { later } from './clean-up';

export interface HalfSent {
  readonly socket: Socket;
  /** What has come back so far. */
  readonly answer: () => string;
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<void>;
}

/** Posts the beginning of a body, and never the rest; resolves once it is written. `cleanUp` ends the connection. */
export function sendHalf(
  url: string,
  headers: Record<string, string>,
  localAddress?: string,
): Promise<HalfSent> {
  const { hostname, port, pathname } = new URL(url);
  const lines = Object.entries({ Host: 'localhost', 'Content-Length': '1000', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const socket = connect({ port: Number(port), host: hostname, ...(localAddress && { localAddress }) });
  later(() => void socket.destroy());
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => void (received += chunk));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.write(`POST ${pathname} HTTP/1.1\r\n${head}\r\n{"type": `, () => {
      resolve({ socket, answer: () => received, closed });
    });
  });
}
