import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createHttpServer } from '../../../service/http/server';
import { cleanUp, later } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { bare, pipeline } from '../../support/pipeline';
import { problemIn, rawHttp } from '../../support/raw-http';

afterAll(cleanUp);

const ALL_BUT_INTERVALS = [
  'Date',
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setTimeout',
  'clearTimeout',
] as const;

const unreadable = jest.fn();
const cut = jest.fn();

async function listening(app: RequestListener) {
  const server = createHttpServer({ app, onUnreadable: unreadable, onCut: cut }).listen(0, '127.0.0.1');
  later(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
}

it('answers a request that never ends with 408, in problem+json', async () => {
  const { server, url } = await listening((_request, response) => void response.end());
  // Node tells in this way after headersTimeout or requestTimeout; what it does until then is not ours.
  server.once('connection', (socket: Socket) => {
    socket.once('data', () => {
      server.emit(
        'clientError',
        Object.assign(new Error('timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
        socket,
      );
    });
  });
  const answer = await rawHttp(url, 'GET / HTTP/1.1\r\nHost: x\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
  expect(problemIn(answer)).toMatchObject({ status: 408, code: 'invalid_request' });
  const { requestId } = problemIn(answer);
  expect(unreadable).toHaveBeenCalledWith({ requestId, status: 408, failure: 'ERR_HTTP_REQUEST_TIMEOUT' });
});

it('never writes into the midst of another answer', async () => {
  const { url } = await listening((_request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half');
  });
  const answer = await rawHttp(url, 'GET / HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n');
  expect(answer).not.toContain('problem');
});

it('answers a body that breaks off into nonsense, but never in place of the answer to a request before', async () => {
  const { url } = await listening((request, response) => {
    request.resume();
    request.on('end', () => setTimeout(() => response.end('answered'), 100));
  });
  const head = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
  expect(problemIn(await rawHttp(url, `${head}nonsense\r\n`))).toMatchObject({ status: 400 });
  expect(await rawHttp(url, `${head}0\r\n\r\nnonsense\r\n\r\n`)).not.toContain('problem');
});

it('keeps connections for longer than the usual load balancer does, and waits for no slow sender', async () => {
  const { server } = await listening((_request, response) => void response.end());
  expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
  expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
  expect(server.requestTimeout).toBeLessThanOrEqual(30_000);
});

it('waits no longer for a caller who reads nothing of the answer than for one who sends nothing', async () => {
  const ended = jest.fn();
  const { server, url } = await listening((_request, response) => {
    response.once('close', ended).end(Buffer.alloc(32 * 1024 * 1024));
  });
  expect(server.timeout).toBeGreaterThan(server.requestTimeout);
  expect(server.timeout).toBeLessThanOrEqual(60_000);
  const { hostname, port } = new URL(url);
  server.once('connection', (socket: Socket) => {
    expect(socket.timeout).toBe(server.timeout);
    // The same, sooner.
    socket.once('data', () => setImmediate(() => socket.setTimeout(50)));
  });
  const reader = connect(Number(port), hostname, () => reader.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
  later(() => void reader.destroy());
  await eventually(() => ended.mock.calls.length === 1);
});

describe('an answer that its reader takes byte by byte', () => {
  afterEach(() => void jest.restoreAllMocks().useRealTimers());

  it('is cut a minute after it began, and one that is not begun is not', async () => {
    // Only the sweep and its clock are held; the network is real.
    jest.useFakeTimers({ advanceTimers: false, doNotFake: [...ALL_BUT_INTERVALS] });
    const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
    const pass = (seconds: number) => {
      clock.mockReturnValue(performance.now() + seconds * 1000);
      jest.advanceTimersByTime(1000);
    };
    const waiting: ServerResponse[] = [];
    const { url } = await listening((request, response) => {
      if (request.url === '/large') response.end(Buffer.alloc(32 * 1024 * 1024));
      else waiting.push(response);
    });
    const slow = await pipeline(url, [bare('GET', '/large')]);
    const closed = new Promise((resolve) => slow.once('close', resolve));
    const patient = rawHttp(url, 'GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    slow.once('readable', () => slow.read(1));
    await eventually(() => waiting.length === 1 && slow.bytesRead > 0);

    cut.mockClear();
    pass(1);
    pass(59);
    expect(cut).not.toHaveBeenCalled();
    pass(1);
    expect(cut).toHaveBeenCalledTimes(1);
    expect(cut).toHaveBeenCalledWith('an answer was not taken in time');
    slow.resume();
    await closed;
    waiting[0]!.end('late, and whole');
    expect(await patient).toContain('late, and whole');
  });
});

describe('more bytes than 256 MiB that wait for their readers', () => {
  it('are cut down, the largest answers first', async () => {
    jest.useFakeTimers({ advanceTimers: false, doNotFake: [...ALL_BUT_INTERVALS] });
    const MiB = 1024 * 1024;
    const made: ServerResponse[] = [];
    const { url } = await listening((request, response) => {
      response.end(Buffer.alloc(Number(request.url?.slice(1)) * MiB));
      made.push(response);
    });
    const readers = [];
    for (const size of [100, 120, 60]) {
      readers.push(await pipeline(url, [bare('GET', `/${size}`)]));
      await eventually(() => made.length === readers.length);
    }
    cut.mockClear();
    jest.advanceTimersByTime(1000);
    expect(made.map(({ req }) => req.socket.destroyed)).toEqual([false, true, false]);
    expect(cut.mock.calls).toEqual([['too many bytes were waiting for their readers']]);
    jest.advanceTimersByTime(1000);
    expect(cut).toHaveBeenCalledTimes(1);
    for (const reader of readers) reader.destroy();
  });
});

describe('on a connection whose requests are not all answered', () => {
  const get = bare('GET', '/');
  const connectTo = 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n';

  it.each([
    ['CONNECT', connectTo],
    ['nonsense', 'nonsense\r\n\r\n'],
    ['nonsense after a request that closes', 'more\r\n\r\n'],
  ])('%s is not answered, the requests before are, and then it closes', async (what, bytes) => {
    const { url } = await listening((_request, response) => setImmediate(() => response.end('answered')));
    const first = what.endsWith('closes') ? get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n') : get;
    const answer = await rawHttp(url, first + bytes);
    expect(answer).toContain('answered');
    expect(answer.match(/^HTTP\/1.1 .*$/gm)).toEqual(['HTTP/1.1 200 OK']);
  });

  it('a request that is late to arrive gets no 408 in place of their answers, and nothing more is carried out', async () => {
    const handled: string[] = [];
    const { server, url } = await listening((request, response) => {
      handled.push(request.url ?? '');
      setImmediate(() => {
        const { socket } = request;
        server.emit('clientError', Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
        socket.emit('timed out');
        setTimeout(() => response.end('answered'), 50);
      });
    });
    server.once('connection', (socket: Socket) => {
      socket.once('timed out', () => client.write(`${late}\r\n\r\n`));
    });
    const late = 'GET /late HTTP/1.1\r\nHost: x';
    const client = await pipeline(url, [get]);
    let answer = '';
    client.on('data', (chunk: Buffer) => (answer += chunk.toString())).resume();
    await new Promise((resolve) => client.once('close', resolve));
    expect(answer.match(/^HTTP\/1.1 .*$/gm)).toEqual(['HTTP/1.1 200 OK']);
    expect(handled).toEqual(['/']);
  });
});

it('answers a request once: a body that breaks off after an early answer only closes the connection', async () => {
  const { url } = await listening((_request, response) => void response.writeHead(401).end());
  const client = await pipeline(url, ['POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n']);
  let answer = '';
  client.once('data', () => client.write('nonsense\r\n'));
  client.on('data', (chunk: Buffer) => (answer += chunk.toString())).resume();
  await new Promise((resolve) => client.once('close', resolve));
  expect(answer.match(/^HTTP\/1.1 .*$/gm)).toEqual(['HTTP/1.1 401 Unauthorized']);
});

it('survives callers who send CONNECT and reset the connection', async () => {
  const { server, url } = await listening((_request, response) => void response.end('alive'));
  let closed = 0;
  server.on('connect', (_request, socket: Socket) => {
    socket.once('close', () => (closed += 1));
    // What a reset makes of the write that is under way; without a listener it would end the process.
    expect(socket.emit('error', Object.assign(new Error('reset'), { code: 'ECONNRESET' }))).toBe(true);
  });
  await pipeline(url, ['CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n']);
  await eventually(() => closed === 1);
  expect(await rawHttp(url, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toContain('alive');
});
