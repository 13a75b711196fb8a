import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { once } from 'node:events';
import { expectProblem, get, proxying } from './support/proxying';

const on = proxying();
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n';

type Death = (socket: Socket) => void;
const DEATHS: [string, Death][] = [
  ['closes', (socket) => socket.end()],
  ['destroys', (socket) => socket.destroy()],
  ['resets', (socket) => socket.resetAndDestroy()],
];

/** Answers `answers` requests of each connection, and has the connection die at the next one. */
async function dying(death: Death, answers: (connection: number) => number) {
  let connections = 0;
  const requests: string[] = [];
  const server: Server = createServer((socket) => {
    let left = answers((connections += 1));
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (!/^[A-Z]+ \//.test(data.toString())) return;
      const [method = ''] = data.toString().split(' ');
      requests.push(method);
      left -= 1;
      if (left >= 0) socket.write(method === 'HEAD' ? HEAD : `${HEAD}{}`);
      else death(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  open.push(server);
  return { url, requests, close: () => server.close() };
}

const open: Server[] = [];
afterEach(() => open.splice(0).forEach((server) => server.close()));

/** Sends until a connection was used a second time, which undici does as soon as it takes the first for idle. */
async function untilReused(
  url: string,
  send: () => Promise<Response>,
  requests: string[],
): Promise<Response> {
  for (;;) {
    const before = requests.length;
    const response = await send();
    if (response.status !== 200 || requests.length - before > 1) return response;
    await response.text();
    if (before > 20) throw new Error(`no connection to ${url} was used again`);
  }
}

describe.each(DEATHS)('A service that %s a connection at its second request', (_what, death) => {
  it.each(['GET', 'HEAD'])('is asked once more for a %s', async (method) => {
    const service = await dying(death, () => 1);
    const send = (): Promise<Response> => on.send(get({}, { method }), { url: service.url });
    const response = await untilReused(service.url, send, service.requests);
    service.close();
    expect(response.status).toBe(200);
    expect(on.events.at(-1)).toMatchObject({ type: 'answered', status: 200 });
  });

  it.each(['POST', 'PUT', 'DELETE'])('is not asked again for a %s', async (method) => {
    const service = await dying(death, () => 1);
    const send = (): Promise<Response> =>
      on.send(new Request('http://app.test/', { method }), { url: service.url });
    const response = await untilReused(service.url, send, service.requests);
    const { length } = service.requests;
    service.close();
    await expectProblem(response, 502, 'upstream_unreachable');
    expect(service.requests).toHaveLength(length);
    expect(on.events.filter(({ type }) => type === 'answered')).toHaveLength(length - 1);
  });

  it('that was never answered on is not asked again: nothing was reused', async () => {
    const service = await dying(death, () => 0);
    const response = await on.send(get(), { url: service.url });
    service.close();
    await expectProblem(response, 502, 'upstream_unreachable');
    expect(service.requests).toEqual(['GET']);
  });
});

it('A service that nobody listens for any more is 502, asked once', async () => {
  const service = await dying(
    (socket) => socket.end(),
    () => 1,
  );
  await (await on.send(get(), { url: service.url })).text();
  service.close();
  const fetched = jest
    .spyOn(globalThis, 'fetch')
    .mockRejectedValue(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }));
  const response = await on.send(get(), { url: service.url });
  expect(fetched).toHaveBeenCalledTimes(1);
  fetched.mockRestore();
  await expectProblem(response, 502, 'upstream_unreachable');
});

/** What undici says of a connection that ended, and how much it had read from it. */
function ended(bytesRead: number): TypeError {
  const cause = { code: 'UND_ERR_SOCKET', socket: { bytesRead } };
  return Object.assign(new TypeError('fetch failed'), { cause });
}

it.each([
  ['was read from', 1, 2],
  ['is new', 0, 1],
])('A connection that %s and dies each time: %i bytes read, sent %i times', async (_what, bytes, times) => {
  const fetched = jest.spyOn(globalThis, 'fetch').mockRejectedValue(ended(bytes));
  await expectProblem(await on.send(), 502, 'upstream_unreachable');
  expect(fetched).toHaveBeenCalledTimes(times);
  fetched.mockRestore();
});

it('What is sent once more has the same signal, and so what is left of timeoutMs', async () => {
  const fetched = jest.spyOn(globalThis, 'fetch').mockRejectedValueOnce(ended(1));
  expect((await on.send()).status).toBe(200);
  const [first, second] = fetched.mock.calls.map(([, init]) => init?.signal);
  fetched.mockRestore();
  expect(first).toBeInstanceOf(AbortSignal);
  expect(second).toBe(first);
});

it('Knows of many services, and of no more than it must', async () => {
  const fetched = jest.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('{}'));
  for (let port = 1; port <= 1001; port += 1) {
    await on.send(get(), { url: `https://s${String(port)}.example/` });
  }
  fetched.mockRejectedValue(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } }));
  fetched.mockClear();
  expect((await on.send(get(), { url: 'https://s1.example/' })).status).toBe(502);
  expect(fetched).toHaveBeenCalledTimes(1);
  expect((await on.send(get(), { url: 'https://s1001.example/' })).status).toBe(502);
  expect(fetched).toHaveBeenCalledTimes(3);
  fetched.mockRestore();
});
