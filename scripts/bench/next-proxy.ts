import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { analyzerProxy, type ProxyHandler, type RouteContext } from 'sallyport/next';
import { compete, table, type Contender } from './rounds';

const ROUNDS = 9;
const TIMES = 400;
const TOKEN = 'header.payload.signature';
const BODY = JSON.stringify({ moduleId: 'm1', data: { text: 'x'.repeat(2000) } });
const NO_PARAMS: RouteContext = { params: Promise.resolve({}) };

/** What analyzerProxy adds to a route that does nothing but fetch: one save after the other, over loopback. */
async function main(): Promise<void> {
  const server = await startUpstream();
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/api/user_modules/save`;
  const auth = () => Promise.resolve({ userId: 'user_1', getToken: () => Promise.resolve(TOKEN) });
  const floor = 'a bare fetch proxy';
  const contenders = [
    { name: floor, run: saving(bareProxy(url)) },
    { name: 'analyzerProxy', run: saving(analyzerProxy({ url, auth })) },
  ];
  const results = await compete(contenders, ROUNDS, TIMES);
  server.close();
  server.closeAllConnections();
  const [bare = NaN, ours = NaN] = results.map(({ microseconds }) => microseconds);
  const title = `Saves of ${String(BODY.length)} bytes, ${String(TIMES)} a round, median of ${String(ROUNDS)} rounds`;
  const added = ((ours - bare) / 1000).toFixed(3);
  process.stdout.write(`${table(title, results, floor)}\n  analyzerProxy adds ${added} ms a request\n`);
}

/** The least that a forwarding route can do. */
function bareProxy(url: string): ProxyHandler {
  return async (request) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };
    const answer = await fetch(url, { method: request.method, headers, body: await request.arrayBuffer() });
    return new Response(answer.body, {
      status: answer.status,
      headers: { 'content-type': 'application/json' },
    });
  };
}

function saving(handler: ProxyHandler): Contender['run'] {
  return async (times) => {
    for (let count = 0; count < times; count++) {
      const headers = { 'content-type': 'application/json' };
      const request = new Request('http://localhost/api/modules', { method: 'POST', headers, body: BODY });
      const response = await handler(request, NO_PARAMS);
      if (response.status !== 201) throw new Error(`answered ${String(response.status)}`);
      await response.text();
    }
  };
}

async function startUpstream(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json', etag: '"v1"' }).end(BODY);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

void main();
