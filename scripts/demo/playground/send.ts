import { request } from 'node:http';
import type { Asked } from './asked';

type Headers = readonly (readonly [name: string, value: string])[];

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends the request to the service, and gives both directions as they went over the wire. */
export function send(
  service: string,
  asked: Asked,
): Promise<{ readonly sent: Sent; readonly answer: Answer }> {
  const { method, path, body } = asked;
  const headers = headersFor(service, asked);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      service + path,
      { method, headers, agent: false, timeout: 10_000 },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          resolve({
            sent: { method, path, headers: Object.entries(headers), body },
            answer: {
              status: incoming.statusCode ?? 0,
              statusText: incoming.statusMessage ?? '',
              headers: pairs(incoming.rawHeaders),
              body: Buffer.concat(chunks).toString(),
            },
          });
        });
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error('The service did not answer in 10 s.')));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** All of them, spelled, so that what is shown is what was sent. */
function headersFor(service: string, { credential, body }: Asked): Record<string, string> {
  return {
    Host: new URL(service).host,
    Accept: 'application/json',
    ...(credential.kind === 'token' && { Authorization: `Bearer ${credential.value}` }),
    ...(credential.kind === 'api-key' && { 'X-API-Key': credential.value }),
    ...(body !== undefined && {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    }),
    Connection: 'close',
  };
}

function pairs(raw: readonly string[]): Headers {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
}
