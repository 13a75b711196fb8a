import { connect, type Socket } from 'node:net';
import { later } from './clean-up';

/** Sends these requests in one segment and reads nothing of the answers. */
export function pipeline(url: string, requests: readonly string[]): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(requests.join(''), () =>
        resolve(socket.off('error', reject).on('error', () => undefined)),
      );
    });
    socket.pause().once('error', reject);
    later(() => void socket.destroy());
  });
}

/** One request without a body. */
export function bare(method: string, path: string, token?: string): string {
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n`;
}
