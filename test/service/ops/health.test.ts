import type { AddressInfo } from 'node:net';
import express from 'express';
import { problemDetails, StoreUnavailableError } from 'sallyport';
import { startTestIssuer } from 'sallyport/testing';
import { routerOf } from '../../../service/http/endpoint';
import { healthRoutes } from '../../../service/ops/health';
import { createLifecycle } from '../../../service/ops/lifecycle';
import { drainingReadiness } from '../../../service/ops/readiness';
import { expectProblem } from '../../support/assertions';
import { caller } from '../../support/caller';
import { cleanUp, later } from '../../support/clean-up';
import { AUDIENCE, startService } from '../../support/service';

afterAll(cleanUp);

const READY = '/health/ready';

it('is ready with nothing missing once keys were read, and live before', async () => {
  const service = await startService();
  await service.as('ada').get('/api/users/me');
  const nobody = service.with({});
  expect((await nobody.get('/health/live')).json).toEqual({ status: 'live' });
  const ready = await nobody.get(READY);
  expect(ready.status).toBe(200);
  expect(ready.json).toEqual({ status: 'ready', missing: [] });
  expect(ready.headers.get('cache-control')).toBe('no-store');
  await expect(nobody.request('HEAD', READY)).resolves.toMatchObject({ status: 200, text: '' });
});

it('names a store that is out of reach, with 503, and is ready again when it is back', async () => {
  const service = await startService();
  await service.as('ada').get('/api/users/me');
  const outage = jest.spyOn(service.storage, 'check').mockRejectedValue(new StoreUnavailableError());
  const answer = await service.with({}).get(READY);
  expectProblem(answer, 503, 'store_unavailable');
  expect(answer.json.missing).toEqual(['store']);
  expect(answer.headers.get('retry-after')).toBe('1');
  outage.mockRestore();
  expect((await service.with({}).get(READY)).status).toBe(200);
});

it('is not ready, and live, from the moment that the service is told to end', async () => {
  const lifecycle = createLifecycle();
  const server = express()
    .use(routerOf(healthRoutes([drainingReadiness(lifecycle)])))
    .use(problemDetails())
    .listen(0, '127.0.0.1');
  later(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const nobody = caller(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, () => ({}));
  expect((await nobody.get(READY)).status).toBe(200);
  lifecycle.enter('draining');
  const answer = await nobody.get(READY);
  expect(answer.status).toBe(503);
  expect(answer.json).toMatchObject({ code: 'draining', missing: ['draining'] });
  expect((await nobody.get('/health/live')).status).toBe(200);
});

it('names issuers without keys, and is ready as long as one has them', async () => {
  const [up, down] = await Promise.all([startTestIssuer({ audience: AUDIENCE }), startTestIssuer()]);
  later(() => up.close());
  later(() => down.close());
  await down.fail();
  const issuers = [up, down].map(({ issuer }) => ({ issuer, audience: AUDIENCE }));
  const service = await startService({ AUTH_ISSUERS: JSON.stringify(issuers) });
  const bearer = { authorization: `Bearer ${up.token({ sub: 'ada' })}` };
  expect((await service.with(bearer).get('/api/users/me')).status).toBe(200);
  const ready = await service.with({}).get(READY);
  expect(ready.status).toBe(200);
  expect(ready.json).toEqual({ status: 'ready', missing: [`keys of ${down.issuer}`] });
});
