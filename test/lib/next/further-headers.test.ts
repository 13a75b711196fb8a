import { expectProblem, get, post, proxying } from './support/proxying';
import { answering } from './support/upstream';

const on = proxying();

const CONNECTION = [
  'connection',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'content-encoding',
  'x-middleware-rewrite',
  'x-clerk-auth-token',
];

async function expectMisconfigured(option: string, value: unknown, named = option): Promise<void> {
  const response = await on.send(get(), { [option]: value });
  expect(await response.clone().text()).toContain(named);
  await expectProblem(response, 500, 'misconfigured');
  expect(on.upstream.received).toEqual([]);
}

const NO_LISTS: [string, unknown][] = [
  ['no list', 'accept-language'],
  ['a name with a space', ['accept language']],
  ['a name with a line end', ['accept\r\nx']],
  ['an empty name', ['']],
  ['a number', [7]],
  ['null', null],
];

describe('forward', () => {
  it('sends the headers that it names, in any case, and no others', async () => {
    const forward = ['Idempotency-Key', 'accept-language', 'x-tenant'];
    const headers = { 'idempotency-key': 'k1', 'accept-language': 'de', 'x-other': 'x' };
    await on.send(post('{}', headers), { forward });
    const sent = on.upstream.received[0]!.headers;
    expect(sent).toMatchObject({ 'idempotency-key': 'k1', 'accept-language': 'de' });
    expect([sent['x-other'], sent['x-tenant']]).toEqual([undefined, undefined]);
  });

  it('changes nothing of what the proxy says by itself', async () => {
    const forward = ['x-request-id', 'content-type', 'if-match'];
    const request = new Request('http://app.test/', {
      method: 'POST',
      headers: { 'x-request-id': 'two words', 'content-type': 'application/json', 'if-match': '"v1"' },
    });
    await on.send(request, { forward });
    const sent = on.upstream.received[0]!.headers;
    expect(sent['x-request-id']).toMatch(/^[0-9a-f]{8}-/);
    expect([sent['content-type'], sent['if-match']]).toEqual([undefined, '"v1"']);
  });

  it.each([
    'cookie',
    'Cookie',
    'authorization',
    'host',
    'forwarded',
    'x-forwarded-for',
    'X-Forwarded-Host',
    'x-real-ip',
    'accept-encoding',
    'expect',
    ...CONNECTION,
  ])('never names %s', async (name) => {
    await expectMisconfigured('forward', ['accept-language', name], name.toLowerCase());
  });

  it.each(NO_LISTS)('of %s is a 500 problem', async (_what, value) => expectMisconfigured('forward', value));
});

describe('expose', () => {
  it('shows the headers that it names, in any case, and no others', async () => {
    on.upstream.script(answering(200, { 'x-total-count': '7', 'last-modified': 'now', server: 'x' }, '[]'));
    const { headers } = await on.send(get(), { expose: ['X-Total-Count', 'last-modified', 'x-none'] });
    expect([headers.get('x-total-count'), headers.get('last-modified')]).toEqual(['7', 'now']);
    expect([headers.has('server'), headers.has('x-none')]).toEqual([false, false]);
  });

  it('does not change where a Location may lead', async () => {
    on.upstream.script(answering(201, { location: 'http://internal.host/x' }));
    expect((await on.send(get(), { expose: ['location'] })).headers.get('location')).toBeNull();
  });

  it.each(['set-cookie', 'Set-Cookie', 'set-cookie2', 'authorization', 'cache-control', ...CONNECTION])(
    'never names %s',
    async (name) => {
      await expectMisconfigured('expose', ['x-total-count', name], name.toLowerCase());
    },
  );

  it.each(NO_LISTS)('of %s is a 500 problem', async (_what, value) => expectMisconfigured('expose', value));
});
