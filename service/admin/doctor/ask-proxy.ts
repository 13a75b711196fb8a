import { request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';

const TIMEOUT_MS = 5000;

/**
 * The status of the proxy's response to CONNECT (RFC 9110 section 9.3.6), or the error code of the system if there is
 * none.
 */
export function askProxy(proxy: URL, place: string): Promise<number | string> {
  const send = proxy.protocol === 'https:' ? secureRequest : plainRequest;
  const credentials = [proxy.username, proxy.password].map(decodeURIComponent).join(':');
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  return new Promise((resolve) => {
    const asked: ClientRequest = send({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port,
      method: 'CONNECT',
      path: place,
      headers: { Host: place, ...(proxy.username !== '' && { 'Proxy-Authorization': authorization }) },
      timeout: TIMEOUT_MS,
    });
    const done = ({ statusCode = 0 }: IncomingMessage, socket?: Duplex): void => {
      socket?.destroy();
      asked.destroy();
      resolve(statusCode);
    };
    asked
      .on('connect', done)
      .on('response', (response) => {
        done(response);
      })
      .on('timeout', () => asked.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })))
      .on('error', ({ code }: NodeJS.ErrnoException) => {
        resolve(code ?? 'an error without a code');
      })
      .end();
  });
}
