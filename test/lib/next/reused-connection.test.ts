import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { once } from 'node:events';
import { expectProblem, get, proxying } from './support/proxying';

const on = proxying();
const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

type Death = (socket: Socket) => void;
const DEATHS: [string, Death][] = [
  ['closes', (socket) => socket.end()],
  ['destroys', (socket) => socket.destroy()],
  ['resets', (socket) => socket.resetAndDestroy()],
];

interface Mortal {
  readonly url: string;
  /** The methods of the requests that came. */
  readonly requests: string[];
  readonly deaths: number;
}

/**
 * Answers every request but one: the first of `method` that comes over a connection which has carried another one, or,
 * where none need have been carried, over any.
 */
async function mortal(death: Death, method: string, carried = 1): Promise<Mortal> {
  const requests: string[] = [];
  let deaths = 0;
  const server: Server = createServer((socket) => {
    let answered = 0;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const [, asked] = /^([A-Z]+) \//.exec(data.toString()) ?? [];
      if (asked === undefined) return;
      requests.push(asked);
      if (asked === method && deaths === 0 && answered >= carried) {
        deaths += 1;
        death(socket);
        return;
      }
      answered += 1;
      socket.write(ANSWER);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    requests,
    get deaths() {
      return deaths;
    },
  };
}

const open: Server[] = [];
afterEach(() => open.splice(0).forEach((server) => server.close()));

/** A GET leaves a connection, which undici takes for the next request once it knows it is idle: tries until it did. */
async function overReused(service: Mortal, method: string): Promise<Response> {
  for (let tries = 0; tries < 50; tries += 1) {
    await (await on.send(get(), { url: service.url })).text();
    const response = await on.send(new Request('http://app.test/', { method }), { url: service.url });
    if (service.deaths > 0) return response;
    await response.text();
  }
  throw new Error('no connection was used again');
}

describe.each(DEATHS)('A service that %s a connection at its second request', (_what, death) => {
  it('is asked once more for a GET', async () => {
    const service = await mortal(death, 'GET');
    expect((await overReused(service, 'GET')).status).toBe(200);
    const told = on.events.filter(({ type }) => type === 'answered');
    expect(told).toHaveLength(service.requests.length - 1);
    expect(on.events).toEqual(told);
  });

  it.each(['POST', 'PUT', 'DELETE'])('is not asked again for a %s', async (method) => {
    const service = await mortal(death, method);
    await expectProblem(await overReused(service, method), 502, 'upstream_unreachable');
    expect(on.events).toHaveLength(service.requests.length);
  });

  it('is not asked again where nothing was answered on a connection of its', async () => {
    const service = await mortal(death, 'GET', 0);
    await expectProblem(await on.send(get(), { url: service.url }), 502, 'upstream_unreachable');
    expect(service.requests).toEqual(['GET']);
  });
});

/** What undici says of a connection that ended, and how much it had read from it. */
function ended(bytesRead: number): TypeError {
  const cause = { code: 'UND_ERR_SOCKET', socket: { bytesRead } };
  return Object.assign(new TypeError('fetch failed'), { cause });
}

it.each([
  ['GET', 1, 2],
  ['HEAD', 1, 2],
  ['POST', 1, 1],
  ['GET', 0, 1],
])('A %s whose connections die each time after %i bytes is sent %i times', async (method, bytes, times) => {
  const fetched = jest.spyOn(globalThis, 'fetch').mockRejectedValue(ended(bytes));
  const request = new Request('http://app.test/', { method });
  await expectProblem(await on.send(request), 502, 'upstream_unreachable');
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

it('A service that nobody listens for any more is 502, asked once', async () => {
  await (await on.send()).text();
  const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
  const fetched = jest.spyOn(globalThis, 'fetch').mockRejectedValue(refused);
  await expectProblem(await on.send(), 502, 'upstream_unreachable');
  expect(fetched).toHaveBeenCalledTimes(1);
  fetched.mockRestore();
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
