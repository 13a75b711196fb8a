import express from 'express';
import { memoryUsers, sallyport } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import { callAnalyzer } from '../../../scripts/next/apps/common/app/call-analyzer';
import type { CallOptions } from '../../../scripts/next/apps/common/app/call-analyzer';
import { answering, silence, startUpstream } from '../../lib/next/support/upstream';
import type { Upstream } from '../../lib/next/support/upstream';
import { listening } from '../../support/listening';
import type { Listening } from '../../support/listening';

let app: Upstream;
beforeEach(async () => (app = await startUpstream()));
afterEach(() => app.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const done = answering(200, { ...JSON_TYPE, etag: '"e1"' }, '{"version":1}');
const refused = (status: number, code: string, headers: Record<string, string> = {}) =>
  answering(status, headers, JSON.stringify({ title: 'No', status, detail: 'No.', code, requestId: 'r1' }));
const expired = refused(401, 'invalid_token', { 'www-authenticate': 'Bearer error="invalid_token"' });
const later = (status: number, seconds: string) => refused(status, 'later', { 'retry-after': seconds });

const call = (options: CallOptions = {}, init: RequestInit = {}) =>
  callAnalyzer(`${app.origin}/api/modules`, init, options);

/** Waits that are over at once, written down. */
function patience(): { waits: number[]; options: CallOptions } {
  const waits: number[] = [];
  return { waits, options: { pause: async (milliseconds) => void waits.push(milliseconds) } };
}

describe('A call', () => {
  it('answers what was asked for, and its ETag', async () => {
    app.script(done);
    expect(await call()).toEqual({ ok: true, value: { version: 1 }, etag: '"e1"' });
  });

  it('without a body has no value', async () => {
    app.script(answering(204));
    expect(await call({}, { method: 'DELETE' })).toEqual({ ok: true, value: undefined, etag: null });
  });

  it.each([400, 403, 412, 413, 500, 502, 504])(
    'is refused with the problem of a %i, sent once',
    async (status) => {
      app.script(refused(status, 'some_code'));
      expect(await call()).toMatchObject({
        ok: false,
        problem: { status, code: 'some_code', requestId: 'r1' },
      });
      expect(app.received).toHaveLength(1);
    },
  );

  it.each([
    ['an error page', answering(503, {}, '<h1>Bad gateway</h1>'), 503],
    ['JSON that is no problem', answering(500, JSON_TYPE, '{"error":1}'), 500],
    ['a page in place of the value', answering(200, {}, '<h1>Log in to the hotel</h1>'), 200],
  ])('that %s answers is unreadable', async (_what, script, status) => {
    app.script(script);
    expect(await call()).toMatchObject({ ok: false, problem: { status, code: 'unreadable_answer' } });
  });

  it('to nobody has no connection, and is not repeated', async () => {
    app.script((response) => response.socket!.destroy());
    const { waits, options } = patience();
    const post = { method: 'POST', body: '{}' };
    expect(await call(options, post)).toMatchObject({
      ok: false,
      problem: { status: 0, code: 'no_connection' },
    });
    expect([app.received.length, waits]).toEqual([1, []]);
  });

  it('whose answer breaks off has no connection', async () => {
    app.script((response) => {
      response.writeHead(200, { 'content-length': '9' }).write('{', () => response.destroy());
    });
    expect(await call()).toMatchObject({ ok: false, problem: { code: 'no_connection' } });
  });
});

describe('A call with an expired token', () => {
  it('is repeated once the session is renewed, body and all', async () => {
    app.scripts(expired, done);
    const renew = jest.fn(async () => true);
    expect(await call({ renew }, { method: 'POST', body: '{"a":1}' })).toMatchObject({ ok: true });
    expect(app.received.map(({ body }) => String(body))).toEqual(['{"a":1}', '{"a":1}']);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it('is renewed once, however often it is refused', async () => {
    app.script(expired);
    const renew = jest.fn(async () => true);
    expect(await call({ renew })).toMatchObject({ ok: false, problem: { code: 'invalid_token' } });
    expect([app.received.length, renew.mock.calls.length]).toEqual([2, 1]);
  });

  it.each([
    ['gives nothing', { renew: async () => false }],
    ['is not known', {}],
  ])('is refused where renewal %s', async (_what, options) => {
    app.script(expired);
    expect(await call(options)).toMatchObject({ ok: false, problem: { status: 401 } });
    expect(app.received).toHaveLength(1);
  });
});

describe('A call that is asked to wait', () => {
  it.each([
    [429, '3', 3000],
    [503, '7', 7000],
    [503, '0', 1000],
  ])('by %i with Retry-After: %s is repeated after %i ms', async (status, seconds, milliseconds) => {
    app.scripts(later(status, seconds), done);
    const { waits, options } = patience();
    const onWait = jest.fn();
    expect(await call({ ...options, onWait })).toMatchObject({ ok: true });
    expect(waits).toEqual([milliseconds]);
    expect(onWait).toHaveBeenCalledWith(milliseconds);
  });

  it('until a date is repeated then', async () => {
    app.scripts(later(503, new Date(Date.now() + 9000).toUTCString()), done);
    const { waits, options } = patience();
    await call(options);
    expect(waits[0]).toBeGreaterThan(1000);
    expect(waits[0]).toBeLessThanOrEqual(9000);
  });

  it.each([
    ['longer than anybody would', 503, { 'retry-after': '3600' }],
    ['without being told for how long', 503, {}],
    ['until no date', 429, { 'retry-after': 'soon' }],
    ['by what is no overload', 500, { 'retry-after': '1' }],
  ])('%s is refused at once', async (_what, status, headers: Record<string, string>) => {
    app.script(refused(status, 'later', headers));
    const { waits, options } = patience();
    expect(await call(options)).toMatchObject({ ok: false, problem: { status } });
    expect(waits).toEqual([]);
  });

  it('again and again waits no longer than it may altogether', async () => {
    app.script(later(429, '4'));
    const { waits, options } = patience();
    expect(await call({ ...options, waitAtMostMs: 10_000 })).toMatchObject({
      ok: false,
      problem: { status: 429 },
    });
    expect(waits).toEqual([4000, 4000]);
  });

  it('and then renewed is repeated for each', async () => {
    app.scripts(later(503, '1'), expired, later(429, '1'), done);
    const { options } = patience();
    expect(await call({ ...options, renew: async () => true })).toMatchObject({ ok: true });
    expect(app.received).toHaveLength(4);
  });
});

describe('A call that is aborted', () => {
  const reason = new Error('The page has left.');

  it('rejects with the reason, and lets the app go', async () => {
    const page = new AbortController();
    const left = new Promise<void>((resolve) => {
      app.script((response) => {
        response.once('close', resolve);
        page.abort(reason);
        silence(response, app.received[0]!, response.req);
      });
    });
    await expect(call({ signal: page.signal })).rejects.toBe(reason);
    await left;
  });

  it.each([
    ['before it waits', (leave: () => void) => leave()],
    ['while it waits', (leave: () => void) => void setTimeout(leave)],
  ])('%s sends nothing more', async (_when, soon) => {
    const page = new AbortController();
    app.script(later(503, '15'));
    const onWait = () => soon(() => page.abort(reason));
    await expect(call({ signal: page.signal, onWait })).rejects.toBe(reason);
    expect(app.received).toHaveLength(1);
  });

  it('while the session is renewed is not repeated', async () => {
    const page = new AbortController();
    app.script(expired);
    const renew = async () => {
      page.abort(reason);
      return true;
    };
    await expect(call({ signal: page.signal, renew })).rejects.toBe(reason);
    expect(app.received).toHaveLength(1);
  });
});

describe('A call to a service that wants a fresher sign-in', () => {
  const issuer = createTestIssuer();
  const port = sallyport({
    issuer: issuer.issuer,
    audience: issuer.audience,
    keys: issuer.keys,
    users: memoryUsers(),
  });
  let server: Listening;
  afterAll(async () => {
    await server.close();
    port.close();
  });
  const now = Math.floor(Date.now() / 1000);
  let token = issuer.token({ auth_time: now - 900, acr: 'phr' });

  it('tells how fresh and how strong, and is repeated once it was proved', async () => {
    const service = express()
      .use(port, port.requireFresh({ maxAgeSeconds: 300, acr: ['phr', 'phrh'] }))
      .delete('/all', (_request, response) => void response.sendStatus(204))
      .use(port.problemDetails);
    server = await listening(service);
    const send = (options: CallOptions) =>
      callAnalyzer(
        `${server.url}/all`,
        { method: 'DELETE', headers: { authorization: `Bearer ${token}` } },
        options,
      );
    const renew = jest.fn(async () => true);
    const prove = jest.fn(async () => false);
    expect(await send({ renew, prove })).toMatchObject({ problem: { code: 'insufficient_authentication' } });
    expect(prove).toHaveBeenCalledWith({ maxAgeSeconds: 300, acr: 'phr phrh' });
    expect(renew).not.toHaveBeenCalled();

    // The token is in a cookie where there is a browser; here it is the header of the request that is sent again.
    const headers = new Headers({ authorization: `Bearer ${token}` });
    const proved = async () => {
      token = issuer.token({ auth_time: now, acr: 'phr' });
      headers.set('authorization', `Bearer ${token}`);
      return true;
    };
    expect(
      await callAnalyzer(`${server.url}/all`, { method: 'DELETE', headers }, { prove: proved }),
    ).toMatchObject({
      ok: true,
    });
  });
});
