import express from 'express';
import { problemDetails, StoreUnavailableError } from 'sallyport';
import request from 'supertest';
import { requestId } from '../../../service/http/request-id';
import { failureLog, requestLog } from '../../../service/ops/request-log';
import { eventLog } from '../../../service/ops/event-log';
import { createLogger, describeError } from '../../../service/ops/logger';
import { cleanUp } from '../../support/clean-up';
import { startService } from '../../support/service';

afterAll(cleanUp);

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';

describe('the request log', () => {
  it('has one line a request, with its id, status, code and time, and neither credentials nor query nor body', async () => {
    const service = await startService();
    const token = service.issuer.token({ sub: 'ada' });
    const caller = service.with({
      authorization: `Bearer ${token}`,
      cookie: 'session=hush',
      'x-request-id': 'req-1',
    });
    await caller.save('m', { diary: 'dear diary' });
    await caller.get('/api/user_modules/user/bob?access_token=hush-too', { 'x-request-id': 'req-2' });
    await caller.get(`/api/user_modules/user/${token}`, { 'x-request-id': 'req-3' });
    await caller.get('/health/live');

    const lines = service.log().filter(({ msg }) => msg === 'request');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toEqual({
      level: 'info',
      time: expect.any(String),
      requestId: 'req-1',
      method: 'POST',
      path: '/api/user_modules/save',
      status: 201,
      durationMs: expect.any(Number),
      msg: 'request',
    });
    expect(lines[1]).toMatchObject({ requestId: 'req-2', status: 403, code: 'not_owner' });
    expect(lines[3]).toMatchObject({ level: 'debug', path: '/health/live' });
    for (const secret of ['eyJ', ...token.split('.'), 'hush', 'diary']) {
      expect(service.logText()).not.toContain(secret);
    }
  });

  it('repeats no credential that came as a request id or percent-encoded in the path', async () => {
    const service = await startService();
    const key = `sp_${'k'.repeat(60)}`;
    const caller = service.with({ 'x-request-id': key });
    const { headers } = await caller.get(`/api/%73%70%5f${'k'.repeat(60)}/${TOKEN.replace('eyJ', '%65yJ')}`);
    expect(headers.get('x-request-id')).not.toBe(key);
    await caller.get('/api/%E0', { 'x-request-id': 'req-1' });
    for (const secret of ['kkkk', ...TOKEN.split('.')]) expect(service.logText()).not.toContain(secret);
  });

  it('says a bug whole, with the id of its request, and the caller nothing', async () => {
    let log = '';
    const logger = createLogger('info', { write: (line: string) => void (log += line) });
    const app = express().use(requestId, requestLog(logger), () => {
      throw new TypeError(`no such thing as ${TOKEN}`);
    });
    app.use(failureLog(logger), problemDetails());
    const { status, body } = await request(app).get('/');
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'internal', detail: expect.not.stringContaining('no such') });
    const [bug, line] = log.split('\n').map((text) => (text ? JSON.parse(text) : undefined));
    expect(bug).toMatchObject({
      level: 'error',
      requestId: body.requestId,
      err: {
        name: 'TypeError',
        message: 'no such thing as [redacted]',
        stack: expect.stringContaining('at '),
      },
    });
    expect(line).toMatchObject({ level: 'warn', status: 500, code: 'internal' });
    expect(log).not.toContain(TOKEN);
  });

  it('says why something is unavailable once in ten seconds, and then for how many requests it went unsaid', async () => {
    let log = '';
    let now = 3_600_000;
    const logger = createLogger('info', { write: (line: string) => void (log += line) });
    const app = express().use(requestId, (incoming) => {
      throw new StoreUnavailableError(1, { cause: new Error(`no ${incoming.path}`) });
    });
    app.use(
      failureLog(logger, () => now),
      problemDetails(),
    );
    const ask = (path: string) => request(app).get(path).expect(503);
    for (const path of ['/db', '/db', '/disk', '/db']) await ask(path);
    now = 0; // the clock was set back
    await ask('/db');
    now += 10_000;
    await ask('/db');
    const lines = log
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text));
    expect(lines.map(({ err, repeated }) => [err.message, repeated])).toEqual([
      ['no /db', undefined],
      ['no /disk', undefined],
      ['no /db', 2],
      ['no /db', undefined],
    ]);
  });

  it('tells a caller who left before the answer from one who was answered', async () => {
    const service = await startService();
    await expect(
      fetch(`${service.url}/api/user_modules/save`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${service.issuer.token()}`,
          'content-type': 'application/json',
          'x-request-id': 'left',
        },
        body: new ReadableStream({ start: (body) => body.enqueue(Buffer.from('{')) }),
        duplex: 'half',
        signal: AbortSignal.timeout(500),
      }),
    ).rejects.toThrow();
    const line = () => service.log().find(({ requestId: id, msg }) => id === 'left' && msg === 'request');
    while (!line()) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(line()).toMatchObject({ aborted: true });
  });
});

describe('events', () => {
  it('that come with every request of an outage are said once in ten seconds, and then how often they came', () => {
    let log = '';
    let now = 0;
    const logger = createLogger('info', { write: (line: string) => void (log += line) });
    const tell = eventLog(logger, () => now);
    const failed = { type: 'store_failed', store: 'users', failure: 'deadline' } as const;
    for (; now < 10_000; now += 1000) tell(failed);
    tell({ ...failed, store: 'modules' });
    tell(failed);
    const lines = log
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text));
    expect(lines).toMatchObject([
      { level: 'warn', event: 'store_failed', store: 'users', failure: 'deadline' },
      { store: 'modules' },
      { store: 'users', repeated: 9 },
    ]);
    expect(lines).toHaveLength(3);
  });

  it('say at warn which keys of a set were no use', () => {
    let log = '';
    const logger = createLogger('warn', { write: (line: string) => void (log += line) });
    eventLog(logger)({ type: 'keys_refreshed', source: 'x', keys: 1, unusable: [{ kid: 'a', why: 'oct' }] });
    expect(log).toContain('"why":"oct"');
  });
});

describe('the logger', () => {
  const logged = (fields: object) => {
    let line = '';
    createLogger('info', { write: (text: string) => void (line += text) }).info(fields, 'x');
    return line;
  };

  it('logs of an error its name, message, stack and causes, and no more', () => {
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', config: { password: 'hush' } });
    const error = Object.assign(new Error('outer', { cause }), {
      request: { headers: { authorization: 'hush' } },
    });
    expect(describeError(error)).toEqual({
      name: 'Error',
      message: 'outer',
      stack: expect.any(String),
      cause: { name: 'Error', message: 'connect', code: 'ECONNREFUSED', stack: expect.any(String) },
    });
    expect(logged({ err: error })).not.toContain('hush');
  });

  it('ends with causes that go round in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000);
  });
});
