import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get, post, problemOf, proxying } from './support/proxying';

const on = proxying();
const TITLE = 'Failed to communicate with analyzer service';

async function expectUpstreamProblem(response: Response, status: number, code: string): Promise<void> {
  expect(await problemOf(response)).toMatchObject({ status, code, title: TITLE });
}

describe('A service that is not there', () => {
  it('is 502 upstream_unreachable, and only the event says why', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const response = await on.send(get(), { url: `http://127.0.0.1:${String(port)}/` });
    expect(await response.clone().text()).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
    await expectUpstreamProblem(response, 502, 'upstream_unreachable');
    expect(on.events).toMatchObject([{ type: 'refused', status: 502, failure: 'ECONNREFUSED' }]);
  });

  it('is 502 with no more than the word network where the runtime says nothing of why', async () => {
    jest.spyOn(globalThis, 'fetch').mockRejectedValue('a runtime of its own');
    await expectUpstreamProblem(await on.send(), 502, 'upstream_unreachable');
    jest.restoreAllMocks();
    expect(on.events).toMatchObject([{ type: 'refused', status: 502, failure: 'network' }]);
  });

  it('is 502 when it hangs up before its headers', async () => {
    on.upstream.script((response) => response.socket!.destroy());
    await expectUpstreamProblem(await on.send(post()), 502, 'upstream_unreachable');
    expect(on.upstream.received).toHaveLength(1);
  });

  it('is 502 when it speaks something else than HTTP', async () => {
    on.upstream.script((response) => response.socket!.end('hello\r\n\r\n'));
    await expectUpstreamProblem(await on.send(), 502, 'upstream_unreachable');
  });

  it('is 502 when its status is none that can be passed on', async () => {
    on.upstream.script((response) => response.socket!.end('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'));
    await expectUpstreamProblem(await on.send(), 502, 'upstream_unreachable');
    expect(on.events).toMatchObject([{ failure: 'bad_status' }]);
  });
});

describe('A service that redirects', () => {
  it.each([300, 301, 302, 303, 307, 308])('with %i is 502, and is not followed', async (status) => {
    on.upstream.script((response) =>
      response.writeHead(status, { location: `${on.upstream.origin}/else` }).end(),
    );
    const response = await on.send(post());
    expect(response.headers.get('location')).toBeNull();
    await expectUpstreamProblem(response, 502, 'upstream_redirect');
    expect(on.upstream.received).toHaveLength(1);
  });
});

it('An answer that is refused is let go, however long it would go on', async () => {
  for (const status of [302, 999]) {
    const arrived = new Promise<IncomingMessage>((resolve) => {
      on.upstream.script((response, _received, request) => {
        response.socket!.write(`HTTP/1.1 ${String(status)} Odd\r\ncontent-length: 9\r\n\r\n`);
        resolve(request);
      });
    });
    expect((await on.send()).status).toBe(502);
    await closed(await arrived);
  }
});

describe('A service that hangs', () => {
  it('before its headers is 504 once timeoutMs have passed, and is aborted', async () => {
    const seen: IncomingMessage[] = [];
    on.upstream.script((_response, _received, request) => seen.push(request));
    await expectUpstreamProblem(await on.send(get(), { timeoutMs: 500 }), 504, 'upstream_timeout');
    await closed(seen[0]!);
    expect(on.events).toMatchObject([{ type: 'refused', status: 504, code: 'upstream_timeout' }]);
  });

  it('is given 10 s unless told otherwise', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    try {
      await (await on.send()).text();
      expect(timers.mock.calls.map(([, milliseconds]) => milliseconds)).toContain(10_000);
    } finally {
      timers.mockRestore();
    }
  });

  it('within its body for timeoutMs has its answer aborted, not ended', async () => {
    const seen: IncomingMessage[] = [];
    on.upstream.script((response, _received, request) => {
      seen.push(request);
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"items":[');
    });
    const response = await on.send(get(), { timeoutMs: 500 });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('too early');
    await closed(seen[0]!);
    expect(on.events.at(-1)).toMatchObject({ type: 'body_aborted', why: 'idle' });
  });

  it('within its body is not blamed for a browser that reads slowly', async () => {
    on.upstream.script((response) => response.end('x'.repeat(1000)));
    const response = await on.send(get(), { timeoutMs: 1000 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await response.text()).length).toBe(1000);
  });

  it('is waited for anew with every part of its body', async () => {
    on.upstream.script((response) => {
      let parts = 0;
      const timer = setInterval(() => {
        parts += 1;
        response.write('x');
        if (parts < 8) return;
        clearInterval(timer);
        response.end();
      }, 200);
    });
    expect(await (await on.send(get(), { timeoutMs: 1000 })).text()).toBe('xxxxxxxx');
  });

  it('breaking off within its body breaks off the answer', async () => {
    on.upstream.script((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half', () => response.socket!.destroy());
    });
    await expect((await on.send()).text()).rejects.toThrow('too early');
    expect(on.events.at(-1)).toMatchObject({ type: 'body_aborted', why: 'reset' });
  });
});

describe('A browser that leaves', () => {
  it('before the headers aborts upstream', async () => {
    const browser = new AbortController();
    const arrived = new Promise<IncomingMessage>((resolve) =>
      on.upstream.script((_response, _received, request) => resolve(request)),
    );
    const answer = on.send(get({}, { signal: browser.signal }));
    const request = await arrived;
    browser.abort();
    expect((await answer).status).toBe(499);
    expect((await answer).headers.get('x-content-type-options')).toBe('nosniff');
    await closed(request);
    expect(on.events).toEqual([{ type: 'client_gone', requestId: expect.any(String) }]);
  });

  it('within the body aborts upstream', async () => {
    const browser = new AbortController();
    const arrived = halfAnswered();
    const reader = (await on.send(get({}, { signal: browser.signal }))).body!.getReader();
    await reader.read();
    browser.abort();
    await expect(reader.read()).rejects.toThrow();
    await closed(await arrived);
    expect(on.events.at(-1)).toMatchObject({ type: 'client_gone' });
  });

  it('by no longer reading aborts upstream', async () => {
    const arrived = halfAnswered();
    await (await on.send()).body!.cancel();
    await closed(await arrived);
    expect(on.events.at(-1)).toMatchObject({ type: 'client_gone' });
  });

  it('while a part of the body is waited for is told of once', async () => {
    const arrived = halfAnswered();
    const reader = (await on.send()).body!.getReader();
    await reader.read();
    const waiting = reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    await reader.cancel();
    await waiting;
    await closed(await arrived);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(on.events.filter(({ type }) => type !== 'answered')).toEqual([
      { type: 'client_gone', requestId: expect.any(String) },
    ]);
  });

  it('when all but the sending is done sends nothing', async () => {
    const browser = new AbortController();
    const last = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          controller.enqueue(Buffer.from('{}'));
          controller.close();
          browser.abort();
        },
      },
      { highWaterMark: 0 },
    );
    const request = new Proxy(post(), {
      get(target, name) {
        if (name === 'body') return last;
        if (name === 'signal') return browser.signal;
        return Reflect.get(target, name, target) as unknown;
      },
    });
    expect((await on.send(request)).status).toBe(499);
    expect(on.upstream.received).toEqual([]);
  });

  it('while the sign-in is asked for, or before, sends nothing', async () => {
    const browser = new AbortController();
    const auth = (): Promise<never> => new Promise(() => setImmediate(() => browser.abort()));
    expect((await on.send(get({}, { signal: browser.signal }), { auth })).status).toBe(499);
    expect((await on.send(get({}, { signal: AbortSignal.abort() }))).status).toBe(499);
    expect(on.upstream.received).toEqual([]);
  });

  it('leaves nothing behind on its connection once an answer has ended', async () => {
    const { signal } = new AbortController();
    const request = get({}, { signal });
    const added = jest.spyOn(request.signal, 'addEventListener');
    const removed = jest.spyOn(request.signal, 'removeEventListener');
    await (await on.send(request)).text();
    on.upstream.script((response) => response.writeHead(204).end());
    await on.send(request);
    on.upstream.script((response) => response.socket!.destroy());
    await on.send(request);
    expect(added.mock.calls.length).toBeGreaterThan(2);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      expect.arrayContaining(added.mock.calls.map(([, listener]) => listener)),
    );
  });

  function halfAnswered(): Promise<IncomingMessage> {
    return new Promise((resolve) =>
      on.upstream.script((response, _received, request) => {
        response.writeHead(200).write('half');
        resolve(request);
      }),
    );
  }
});

it('No timer is left behind once an answer has ended, well or not', async () => {
  const set = jest.spyOn(globalThis, 'setTimeout');
  const cleared = jest.spyOn(globalThis, 'clearTimeout');
  try {
    await (await on.send()).text();
    on.upstream.script((response) => response.socket!.destroy());
    await on.send();
    const ours = set.mock.results.filter((_result, index) => set.mock.calls[index]![1] === 10_000);
    expect(ours.length).toBeGreaterThan(3);
    for (const { value } of ours) expect(cleared).toHaveBeenCalledWith(value);
  } finally {
    set.mockRestore();
    cleared.mockRestore();
  }
});

it('A hook that throws or rejects harms no request', async () => {
  const hooks = [
    () => {
      throw new Error('hook');
    },
    (() => Promise.reject(new Error('hook'))) as () => void,
  ];
  for (const onEvent of hooks) expect((await on.send(get(), { onEvent })).status).toBe(200);
});

it('A failure that has no name is a 500 without its message', async () => {
  const broken = new Proxy(post(), {
    get(request, name) {
      if (name === 'body') throw new Error('secret');
      return Reflect.get(request, name, request) as unknown;
    },
  });
  const response = await on.send(broken);
  expect(await response.clone().text()).not.toContain('secret');
  expect(await problemOf(response)).toMatchObject({ status: 500, code: 'internal' });
  expect(on.events).toMatchObject([{ type: 'refused', failure: 'bug' }]);
});

async function closed(request: IncomingMessage): Promise<void> {
  if (!request.socket.destroyed) await once(request.socket, 'close');
}
