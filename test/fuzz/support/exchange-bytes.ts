import { connect } from 'node:net';

const QUIET_MS = 60;
const HANG_MS = 9000;

/**
 * Sends these very bytes and resolves with all that comes back (latin1) once the server has closed the connection. When
 * nothing has come for a moment the sending half is closed, so that what waits for more learns that none will come.
 */
export function exchangeBytes(url: string, bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const quiet = setTimeout(() => socket.end(), QUIET_MS);
    const hang = setTimeout(() => {
      socket.destroy();
      reject(new Error(`neither answered nor closed in ${String(HANG_MS)} ms`));
    }, HANG_MS);
    const end = (): void => {
      clearTimeout(quiet);
      clearTimeout(hang);
      resolve(received);
    };
    socket.setEncoding('latin1').on('connect', () => socket.write(bytes));
    socket.on('data', (text: string) => {
      received += text;
      quiet.refresh();
    });
    // A reset is a closed connection, too: the server need not read what it refuses.
    socket
      .on('end', () => socket.end())
      .on('error', () => socket.destroy())
      .on('close', end);
  });
}
