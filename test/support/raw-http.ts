import { connect } from 'node:net';

/** Sends these very bytes and resolves with all that comes back until the server ends the connection. */
export function rawHttp(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => void socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => void (received += chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

/** The problem document at the end of a raw answer. */
export function problemIn(answer: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
}
