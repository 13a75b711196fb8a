import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One request as it is spelled: a header with a list is sent once for each of its values. */
export function send(
  url: string,
  {
    method = 'GET',
    headers = {},
    path,
  }: { method?: string; headers?: OutgoingHttpHeaders; path?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers, agent: false, ...(path !== undefined && { path }) },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => {
          const isJson = (answer.headers['content-type'] ?? '').includes('json');
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
