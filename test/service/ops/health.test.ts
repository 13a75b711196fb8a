import { StoreUnavailableError } from 'sallyport';
import { startTestIssuer } from 'sallyport/testing';
import { expectProblem } from '../../support/assertions';
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
