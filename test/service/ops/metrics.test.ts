import { readFileSync } from 'node:fs';
import { serveMetrics } from '../../../service/ops/metrics-server';
import { createLogger } from '../../../service/ops/logger';
import { caller } from '../../support/caller';
import { cleanUp, later } from '../../support/clean-up';
import { eventually } from '../../support/eventually';
import { rawHttp } from '../../support/raw-http';
import { startService, type ServiceUnderTest } from '../../support/service';

afterAll(cleanUp);

const start = (env: Record<string, string> = {}) => startService({ OPS_PORT: '0', ...env });
const scrape = async ({ metricsUrl }: ServiceUnderTest): Promise<string> =>
  (await caller(metricsUrl, () => ({})).get('/metrics')).text;
const silent = createLogger('silent', { write: () => undefined });

/** What is counted of answers with these labels; 0 where nothing is. */
function answered(text: string, method: string, route: string, status: number | string): number {
  const labels = `{method="${method}",route="${route}",status="${status}"}`;
  const line = text.split('\n').find((one) => one.startsWith(`http_request_duration_seconds_count${labels}`));
  return Number(line?.split(' ')[1] ?? 0);
}

describe('GET /metrics', () => {
  it('tells answers by the pattern of their route, and what was verified, cached, limited and is under way', async () => {
    const service = await start();
    const ada = service.as('ada');
    await ada.save('m', {});
    const token = { authorization: `Bearer ${service.issuer.token({ sub: 'ada' })}` };
    for (let time = 0; time < 3; time += 1) {
      expect((await service.with(token).get('/api/user_modules/user/ada/m')).status).toBe(200);
    }
    await ada.get('/user_modules/user/ada/m');
    await ada.get('/api/user_modules/user/bob/m');
    await ada.request('PUT', '/api/keys/k');
    await service.with({}).get('/api/users/me');
    await service.with({}).get('/nowhere');
    await service.with({}).get('/health/live');
    const text = await scrape(service);
    const one = '/api/user_modules/user/:userId/:moduleId';
    expect(answered(text, 'POST', '/api/user_modules/save', 201)).toBe(1);
    expect(answered(text, 'GET', one, 200)).toBe(3);
    expect(answered(text, 'GET', one, 403)).toBe(1);
    expect(answered(text, 'GET', '/user_modules/user/:userId/:moduleId', 200)).toBe(1);
    expect(answered(text, 'PUT', '/api/keys/:id', 405)).toBe(1);
    expect(answered(text, 'GET', '/api/users/me', 401)).toBe(1);
    expect(answered(text, 'GET', 'none', 404)).toBe(1);
    expect(answered(text, 'GET', '/health/live', 200)).toBe(1);
    for (const line of [
      'sallyport_verifications_total{kind="token",outcome="accepted",reason=""} 6',
      'sallyport_verifications_total{kind="none",outcome="refused",reason="missing_credentials"} 1',
      'sallyport_limited_total{by="subject"} 0',
      `sallyport_keys_refreshes_total{issuer="${service.issuer.issuer}",outcome="success"} 1`,
      'sallyport_revocations_live 0',
      'sallyport_in_flight 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    // Tokens that are made in the same second are the same.
    expect(text).toMatch(/\nsallyport_cache_requests_total\{result="hit"\} [2-5]\n/);
    expect(text).toMatch(/\nsallyport_keys_age_seconds\{issuer="[^"]+"\} \d/);
    expect(text).toMatch(/\nsallyport_revocations_age_seconds \d/);
    expect(text).toMatch(/\nprocess_resident_memory_bytes \d/);
    expect(text).toMatch(/\nnodejs_eventloop_lag_p99_seconds \d/);
  });

  it('has the same series however many paths, methods, tokens and hosts callers make up', async () => {
    const service = await start();
    const send = async (made: string): Promise<void> => {
      const ada = service.as('ada');
      await ada.get(`/${made}`);
      await ada.get(`/api/keys/${made}`);
      await ada.delete(`/api/keys/${made}`);
      await ada.get(`/api/user_modules/user/ada/${made}`);
      await ada.get(`/api/user_modules/user/${made}`);
      await service.with({ authorization: `Bearer ${made}` }).get('/api/users/me');
      const other = service.issuer.token({ sub: made, iss: `https://${made}.example` }, { kid: made });
      await service.with({ authorization: `Bearer ${other}` }).get('/api/users/me');
      const path = `/%61pi/users/me?${made} HTTP/1.1\r\nHost: ${made}\r\nConnection: close\r\n\r\n`;
      for (const method of ['PROPFIND', 'M-SEARCH', 'REPORT'])
        await rawHttp(service.url, `${method} ${path}`);
    };
    await send('first');
    const before = (await scrape(service)).split('\n');
    for (let index = 0; index < 10; index += 1) await send(`evil${index}`);
    const after = await scrape(service);
    const names = (lines: readonly string[]) =>
      lines
        .filter((line) => /^(http_|sallyport_)/.test(line))
        .map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(names(after.split('\n'))).toEqual(names(before));
    expect(after).not.toContain('evil');
    expect(answered(after, 'other', 'none', 404)).toBe(33);
  });

  it('counts a caller who left before the answer as aborted', async () => {
    const service = await start();
    await expect(
      fetch(`${service.url}/api/user_modules/save`, {
        method: 'POST',
        headers: { authorization: `Bearer ${service.issuer.token()}`, 'content-type': 'application/json' },
        body: new ReadableStream({ start: (body) => body.enqueue(Buffer.from('{')) }),
        duplex: 'half',
        signal: AbortSignal.timeout(500),
      }),
    ).rejects.toThrow();
    await eventually(
      async () => answered(await scrape(service), 'POST', '/api/user_modules/save', 'aborted') === 1,
    );
  });
});

describe('the two listeners', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await start();
  });

  it.each([
    '/',
    '/health/live',
    '/api/users/me',
    '/openapi.json',
    '/docs',
    '/metrics/',
    '/metricsx',
    '//metrics',
  ])('that of metrics has nothing at %s', async (path) => {
    const answer = await caller(service.metricsUrl, () => ({
      authorization: `Bearer ${service.issuer.token({ sub: 'ada' })}`,
    })).get(path);
    expect([answer.status, answer.text]).toEqual([404, 'There is nothing here but /metrics.']);
  });

  it('that of callers has no metrics', async () => {
    expect((await service.as('ada').get('/metrics')).status).toBe(404);
    expect((await service.with({}).get('/metrics')).status).toBe(404);
  });

  it('that of metrics answers GET and HEAD', async () => {
    const ops = caller(service.metricsUrl, () => ({}));
    const { headers } = await ops.get('/metrics?x=1');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const head = await ops.request('HEAD', '/metrics');
    expect([head.status, head.text]).toEqual([200, '']);
    const post = await ops.post('/metrics', {});
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('that of metrics is there until the service has ended, and then gone', async () => {
    const short = await start();
    expect((await caller(short.metricsUrl, () => ({})).get('/metrics')).status).toBe(200);
    await short.stop();
    await expect(fetch(`${short.metricsUrl}/metrics`)).rejects.toThrow();
  });
});

it('a port for metrics that is taken ends the start, and gives the store back', async () => {
  const first = await start();
  const taken = new URL(first.metricsUrl).port;
  await expect(startService({ OPS_PORT: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

it('without OPS_PORT nothing is measured', async () => {
  const service = await startService();
  expect(service.metricsUrl).toBe('');
  expect(service.logText()).not.toContain('metrics are served');
});

it('metrics that cannot be read are a 500 that says nothing more', async () => {
  const text = () => Promise.reject(new Error('hush'));
  const server = await serveMetrics({ host: '127.0.0.1', port: 0, text, logger: silent });
  later(() => server.close());
  const answer = await caller(server.address, () => ({})).get('/metrics');
  expect([answer.status, answer.text]).toEqual([500, 'The metrics cannot be read.']);
});

it('.env.example says what OPS_PORT is', () => {
  expect(readFileSync('.env.example', 'utf8')).toMatch(/^OPS_PORT=$/m);
});
