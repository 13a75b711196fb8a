import { expectProblem, get, post, proxying } from './support/proxying';

const on = proxying();
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

function streamed(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function expectRefused(request: Request, status: number, code: string, options = {}): Promise<void> {
  await expectProblem(await on.send(request, options), status, code);
  expect(on.upstream.received).toEqual([]);
}

describe('A body', () => {
  it('goes upstream byte by byte as it came', async () => {
    const body = ' {"a": 1.0, "b":1e2, "a": "\\u00e4ä"}\n';
    await on.send(post(body));
    expect(on.upstream.received[0]!.body.toString()).toBe(body);
    expect(on.upstream.received[0]!.headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  it('that comes in parts arrives whole', async () => {
    await on.send(
      post(
        streamed(
          Buffer.from('{"a":"'),
          Buffer.from('ä').subarray(0, 1),
          Buffer.from('ä').subarray(1),
          Buffer.from('"}'),
        ),
      ),
    );
    expect(on.upstream.received[0]!.body.toString()).toBe('{"a":"ä"}');
  });

  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset=UTF-8',
    'application/json ; charset="utf-8"',
  ])('of type %s is JSON, and upstream is told that type', async (type) => {
    expect((await on.send(post('{}', { 'content-type': type }))).status).toBe(200);
    expect(on.upstream.received[0]!.headers['content-type']).toBe(type);
  });

  it.each([
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=application/json',
    'application/jsonp',
    'application/json+x',
    'application/problem+json',
    'text/json',
    'application/json, text/plain',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-8',
    'application/json; charset="utf-8',
    'application/json; charset=utf-8, text/html',
    'application/json; boundary=x',
    'application/json charset=utf-8',
    'json',
  ])('of type %s is 415', async (type) => {
    await expectRefused(post('{}', { 'content-type': type }), 415, 'unsupported_media_type');
  });

  it('of no type is 415', async () => {
    const request = new Request('http://app.test/', { method: 'POST', body: Buffer.from('{}') });
    expect(request.headers.get('content-type')).toBeNull();
    await expectRefused(request, 415, 'unsupported_media_type');
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ['is not JSON', '{"a":}'],
    ['goes on after its JSON', '{} {}'],
    ['is half a document', '{"a":'],
    ['is NaN', 'NaN'],
    ['begins with a byte order mark', '\ufeff{}'],
    ['is UTF-16', bytes(0xff, 0xfe, 0x7b, 0, 0x7d, 0)],
    ['holds a byte that is no UTF-8', bytes(0x22, 0xff, 0x22)],
    ['holds an overlong encoding', bytes(0x22, 0xc0, 0xaf, 0x22)],
    ['holds an encoded surrogate', bytes(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['is compressed', bytes(0x1f, 0x8b, 8, 0)],
  ])('that %s is 400', async (_what, body) => {
    await expectRefused(post(body), 400, 'invalid_body');
  });

  it('that breaks off is 400', async () => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(new Error('gone')),
    });
    await expectRefused(post(broken), 400, 'invalid_body');
  });

  it('of exactly the cap passes, and one byte more is 413', async () => {
    const body = JSON.stringify('x'.repeat(98));
    expect((await on.send(post(body), { maxBodyBytes: 100 })).status).toBe(200);
    on.upstream.received.length = 0;
    await expectRefused(post(body), 413, 'body_too_large', { maxBodyBytes: 99 });
  });

  it('may have 1 MiB by default', async () => {
    const body = JSON.stringify('x'.repeat(1_048_574));
    expect((await on.send(post(body))).status).toBe(200);
    on.upstream.received.length = 0;
    await expectRefused(post(`${body} `), 413, 'body_too_large');
  });

  it('whose declared length is over the cap is not read at all', async () => {
    let read = false;
    const body = new ReadableStream(
      {
        pull(controller) {
          read = true;
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    await expectRefused(post(body, { 'content-length': '2000000' }), 413, 'body_too_large');
    expect(read).toBe(false);
  });

  it('without a declared length is cut off at the cap, however much would follow', async () => {
    let chunks = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(1000));
      },
      cancel() {
        cancelled = true;
      },
    });
    await expectRefused(post(endless), 413, 'body_too_large');
    expect(cancelled).toBe(true);
    expect(chunks).toBeLessThan(1100);
  });

  it('whose declared length is a lie is counted all the same', async () => {
    await expectRefused(
      post(streamed(new Uint8Array(200)), { 'content-length': '5' }),
      413,
      'body_too_large',
      {
        maxBodyBytes: 100,
      },
    );
  });

  it('is not read for somebody who is not signed in', async () => {
    const request = post('{}');
    await expectProblem(await on.send(request, { auth: async () => null }), 401, 'missing_credentials');
    expect(request.bodyUsed).toBe(false);
  });

  it.each(['POST', 'DELETE', 'PUT'])(
    'may be absent from a %s, which then has no type either',
    async (method) => {
      await on.send(new Request('http://app.test/', { method }));
      expect(on.upstream.received[0]).toMatchObject({ method });
      expect(on.upstream.received[0]!.headers['content-type']).toBeUndefined();
    },
  );

  it('that is empty and of no type, as Next hands over a request without one, is none', async () => {
    const request = new Request('http://app.test/', { method: 'POST', body: new Uint8Array() });
    expect((await on.send(request)).status).toBe(200);
  });

  const empty = (method: string, headers: Record<string, string>): Request =>
    new Request('http://app.test/', { method, body: new Uint8Array(), headers });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'that is empty is none on a %s, whatever type some client always declares',
    async (method) => {
      expect((await on.send(empty(method, { 'content-type': 'application/json' }))).status).toBe(200);
      const text = { 'content-type': 'text/plain;charset=UTF-8', 'content-length': '0' };
      expect((await on.send(empty(method, text))).status).toBe(200);
      for (const received of on.upstream.received) {
        expect(received).toMatchObject({ method, body: Buffer.alloc(0) });
        expect(received.headers['content-type']).toBeUndefined();
      }
    },
  );

  it('that claims to be empty and is not is read all the same', async () => {
    const request = post('hello', { 'content-type': 'text/plain', 'content-length': '0' });
    await expectRefused(request, 415, 'unsupported_media_type');
  });

  it('is never looked for on a GET', async () => {
    expect((await on.send(get({ 'content-type': 'text/plain', 'content-length': '9999999' }))).status).toBe(
      200,
    );
    expect(on.upstream.received[0]!.headers['content-type']).toBeUndefined();
  });
});
