import express from 'express';
import { Registry } from 'prom-client';
import {
  apiKeys,
  guarded,
  InvalidTokenError,
  memoryApiKeys,
  memoryUsers,
  remoteKeys,
  revocationFeed,
  sallyport,
  StoreUnavailableError,
  type OnEvent,
  type SallyportEvent,
  type SallyportOptions,
} from 'sallyport';
import { metrics } from 'sallyport/metrics';
import { createTestIssuer, startTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const issuer = createTestIssuer();
const ours = { issuer: issuer.issuer, audience: issuer.audience, keys: issuer.keys, users: memoryUsers() };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A host with metrics, and one of its samples: undefined where there is none. */
function host(options: Partial<SallyportOptions> = {}) {
  const registry = new Registry();
  const onEvent = metrics(registry);
  const port = sallyport({ ...ours, ...options, onEvent } as SallyportOptions);
  onEvent.watch(port);
  closers.push(port.close);
  const app = express()
    .get('/me', port, (_request, response) => void response.json({}))
    .use(port.problemDetails);
  const sample = async (name: string, labels: Record<string, string> = {}): Promise<number | undefined> => {
    const found = (await registry.getMetricsAsJSON()).find((metric) => metric.name === name);
    const values = found?.values as { labels: Record<string, string>; value: number }[] | undefined;
    return values?.find((one) => JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
  };
  const get = (headers: Record<string, string> = {}) => request(app).get('/me').set(headers);
  return { registry, port, onEvent, sample, get };
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const VERIFICATIONS = 'sallyport_verifications_total';

describe('sallyport_verifications_total', () => {
  it('counts by kind, outcome and reason', async () => {
    const store = memoryApiKeys();
    const { key } = await keyOf(store);
    const { get, sample } = host({ apiKeys: store });
    await get(bearer(issuer.token())).expect(200);
    await get({ 'X-API-Key': key }).expect(200);
    await get().expect(401);
    await get({ Authorization: 'Bearer' }).expect(400);
    await get(bearer('no-token')).expect(401);
    await get(bearer(issuer.token({ exp: 1 }))).expect(401);
    await get(bearer(issuer.token({ aud: 'other' }))).expect(401);
    await get({ 'X-API-Key': `${key.slice(0, -2)}xx` }).expect(401);
    const counted = [
      ['token', 'accepted', ''],
      ['api-key', 'accepted', ''],
      ['none', 'refused', 'missing_credentials'],
      ['none', 'refused', 'invalid_request'],
      ['token', 'refused', 'malformed'],
      ['token', 'refused', 'expired'],
      ['token', 'refused', 'audience'],
      ['api-key', 'refused', 'api_key'],
    ];
    for (const [kind = '', outcome = '', reason = ''] of counted) {
      expect([kind, reason, await sample(VERIFICATIONS, { kind, outcome, reason })]).toEqual([
        kind,
        reason,
        1,
      ]);
    }
  });

  it('tells an outage and a bug from a refusal, also where a limiter answers in its place', async () => {
    const dark = await startTestIssuer();
    await dark.fail(503);
    closers.push(() => dark.close());
    const keys = remoteKeys({ issuer: dark.issuer });
    closers.push(keys.close);
    const outage = host({ issuer: dark.issuer, audience: dark.audience, keys });
    await outage.get(bearer(dark.token())).expect(503);
    const unavailable = { kind: 'token', outcome: 'unavailable', reason: 'keys_unavailable' };
    expect(await outage.sample(VERIFICATIONS, unavailable)).toBe(1);

    const refuse = () => {
      throw new TypeError('a bug of the host');
    };
    const broken = host({ refuse });
    await broken.get(bearer(issuer.token())).expect(500);
    expect(await broken.sample(VERIFICATIONS, { kind: 'token', outcome: 'failed', reason: 'internal' })).toBe(
      1,
    );

    const strict = host({ subjectLimit: { perMinute: 1 } });
    await strict.get(bearer(issuer.token({ exp: 1 }))).expect(401);
    await strict.get(bearer(issuer.token({ exp: 2 }))).expect(429);
    expect(await strict.sample(VERIFICATIONS, { kind: 'token', outcome: 'refused', reason: 'expired' })).toBe(
      2,
    );
    expect(await strict.sample('sallyport_limited_total', { by: 'subject' })).toBe(1);
  });

  it('has a bounded number of series whatever a verifier of the host gives as a reason', async () => {
    const registry = new Registry();
    const onEvent = metrics(registry);
    for (let index = 0; index < 100; index += 1) {
      onEvent({ type: 'unverified', kind: 'token', outcome: 'refused', reason: `made-up-${index}` });
    }
    const text = await registry.metrics();
    expect(text).not.toContain('made-up');
    expect(text).toContain(
      'sallyport_verifications_total{kind="token",outcome="refused",reason="other"} 100',
    );
  });
});

describe('what callers send', () => {
  it('is never a label', async () => {
    const { get, registry } = host();
    const lines = (text: string) => text.split('\n').length;
    await get(bearer(issuer.token({ iss: 'https://first.example' }))).expect(401);
    await get(bearer(issuer.token({}, { kid: 'first' }))).expect(401);
    const before = lines(await registry.metrics());
    for (let index = 0; index < 20; index += 1) {
      await get(bearer(issuer.token({ iss: `https://evil-${index}.example`, sub: `evil-${index}` })));
      await get(bearer(issuer.token({ sub: `evil-${index}` }, { kid: `evil-${index}` })));
    }
    const text = await registry.metrics();
    expect(lines(text)).toBe(before);
    expect(text).not.toContain('evil');
  });
});

it('counts hits and misses of the cache, from 0', async () => {
  const { get, sample } = host();
  expect(await sample('sallyport_cache_requests_total', { result: 'hit' })).toBe(0);
  const token = bearer(issuer.token());
  for (let time = 0; time < 3; time += 1) await get(token).expect(200);
  expect(await sample('sallyport_cache_requests_total', { result: 'miss' })).toBe(1);
  expect(await sample('sallyport_cache_requests_total', { result: 'hit' })).toBe(2);
});

it('counts what an address limit refuses', async () => {
  const { get, sample } = host({ addressLimit: { perMinute: 1 } });
  await get().expect(401);
  await get().expect(429);
  expect(await sample('sallyport_limited_total', { by: 'address' })).toBe(1);
});

it('counts failures of a store by its name', async () => {
  const { onEvent, sample } = host();
  const down = { find: () => Promise.reject(new StoreUnavailableError()) };
  const store = guarded(down, { name: 'notes', onEvent });
  for (let time = 0; time < 4; time += 1) await expect(store.find()).rejects.toThrow();
  expect(await sample('sallyport_store_failures_total', { store: 'notes', failure: 'error' })).toBe(3);
  expect(await sample('sallyport_store_failures_total', { store: 'notes', failure: 'breaker' })).toBe(1);
});

describe('the keys of an issuer', () => {
  it('are named by the issuer even where events name the address of the set, and have no age before they are read', async () => {
    const served = await startTestIssuer();
    closers.push(() => served.close());
    let onEvent: OnEvent = () => undefined;
    const keys = remoteKeys({ jwksUri: served.jwksUri, onEvent: (event) => onEvent(event) });
    closers.push(keys.close);
    const { port, sample, ...of } = host({ issuer: served.issuer, audience: served.audience, keys });
    ({ onEvent } = of);
    const { issuer: name } = served;
    expect(await sample('sallyport_keys_age_seconds', { issuer: name })).toBeUndefined();
    expect(await sample('sallyport_keys_refreshes_total', { issuer: name, outcome: 'failure' })).toBe(0);
    await served.fail(503);
    await expect(port.ready()).rejects.toThrow();
    expect(await sample('sallyport_keys_refreshes_total', { issuer: name, outcome: 'failure' })).toBe(1);
    onEvent({ type: 'keys_refreshed', source: served.jwksUri, keys: 1, unusable: [] });
    onEvent({ type: 'keys_refreshed', source: served.jwksUri, keys: 1, unusable: [], cached: true });
    expect(await sample('sallyport_keys_refreshes_total', { issuer: name, outcome: 'success' })).toBe(1);
    expect(await sample('sallyport_keys_refreshes_total', { issuer: name, outcome: 'cached' })).toBe(1);
    onEvent({ type: 'keys_refreshed', source: 'another', keys: 1, unusable: [] });
    expect(await sample('sallyport_keys_refreshes_total', { issuer: 'another', outcome: 'success' })).toBe(1);
  });

  it('have the age of the set that was read longest ago, of all chains', async () => {
    const { onEvent, sample } = host();
    const state = (ageSeconds: number) => ({
      keys: [{ source: 'a', issuer: 'https://a.example', ageSeconds }],
      revocations: undefined,
    });
    for (const age of [7, 30, 12]) onEvent.watch({ state: () => state(age) });
    expect(await sample('sallyport_keys_age_seconds', { issuer: 'https://a.example' })).toBe(30);
  });
});

describe('revocations', () => {
  it('are counted while they act, with the time since they were read', async () => {
    const revocations = revocationFeed();
    closers.push(revocations.close);
    const { port, sample } = host({ revocations });
    await port.ready();
    const value = 'sess_1';
    await revocations.revoke([{ by: 'sid', issuer: issuer.issuer, value }]);
    expect(await sample('sallyport_revocations_live')).toBe(1);
    const age = await sample('sallyport_revocations_age_seconds');
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(30);
  });

  it('are absent where there are none, and have no age before the first read', async () => {
    const without = host();
    expect(await without.sample('sallyport_revocations_live')).toBeUndefined();
    const revocations = { entries: 0, ageSeconds: undefined };
    without.onEvent.watch({ state: () => ({ keys: [], revocations }) });
    expect(await without.sample('sallyport_revocations_live')).toBe(0);
    expect(await without.sample('sallyport_revocations_age_seconds')).toBeUndefined();
  });
});

it('says how many requests are under way where it is told how to know', async () => {
  const registry = new Registry();
  let inFlight = 3;
  metrics(registry, { inFlight: () => inFlight });
  expect(await registry.metrics()).toContain('\nsallyport_in_flight 3\n');
  inFlight = 0;
  expect(await registry.metrics()).toContain('\nsallyport_in_flight 0\n');
  expect(await host().registry.metrics()).not.toContain('sallyport_in_flight');
});

it('leaves alone what is for people', async () => {
  const registry = new Registry();
  const onEvent = metrics(registry);
  const before = await registry.metrics();
  const event: SallyportEvent = { type: 'unknown_kid', source: 'x', refetched: false };
  onEvent(event);
  expect(await registry.metrics()).toBe(before);
});

it('refuses an option that nobody reads, and a registry that has the metrics of another', () => {
  const registry = new Registry();
  expect(() => metrics(registry, { inflight: () => 1 } as object)).toThrow(/unknown option "inflight"/);
  metrics(registry);
  expect(() => metrics(registry)).toThrow(/already been registered/);
});

it('names the request in `verified`, as its answer does', async () => {
  const events: SallyportEvent[] = [];
  const port = sallyport({ ...ours, onEvent: (event) => void events.push(event) });
  closers.push(port.close);
  const app = express()
    .use((_request, response, next) => {
      response.set('X-Request-Id', 'req-1');
      next();
    })
    .get('/me', port, (_request, response) => void response.json({}));
  await request(app).get('/me').set(bearer(issuer.token())).expect(200);
  expect(events).toContainEqual({
    type: 'verified',
    requestId: 'req-1',
    kind: 'token',
    issuer: issuer.issuer,
    subject: issuer.subject,
  });
});

async function keyOf(store: ReturnType<typeof memoryApiKeys>): Promise<{ readonly key: string }> {
  const revocations = revocationFeed();
  closers.push(revocations.close);
  await revocations.prewarm();
  const keys = apiKeys({ store, revocations, scopes: ['read'] });
  const user = { id: 'u', issuer: issuer.issuer, subject: 'ada', createdAt: new Date().toISOString() };
  const issued = await keys.issue(user, { name: 'n' }, []);
  if (issued.outcome === 'limit') throw new InvalidTokenError('api_key', 'no key');
  return issued;
}
