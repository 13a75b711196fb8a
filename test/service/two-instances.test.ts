import { cleanUp } from '../support/clean-up';
import { CLERK_SECRET, sendEvent } from '../support/clerk-events';
import { databaseUri, describeMongo, dropDatabase } from '../support/mongo';
import { later } from '../support/clean-up';
import { startService, type ServiceUnderTest } from '../support/service';

afterAll(cleanUp);

describeMongo('two instances over one MongoDB', () => {
  let here: ServiceUnderTest;
  let there: ServiceUnderTest;

  beforeAll(async () => {
    const uri = databaseUri();
    later(() => dropDatabase(uri));
    const store = { name: 'MongoDB', env: () => ({ MONGODB_URI: uri }) };
    const env = { CLERK_WEBHOOK_SECRET: CLERK_SECRET };
    here = await startService(env, store);
    there = await startService({ ...env, AUTH_ISSUER: here.issuer.issuer }, store);
  });

  const bearing = (service: ServiceUnderTest, token: string) =>
    service.with({ authorization: `Bearer ${token}` });
  const statusOf = async (service: ServiceUnderTest, headers: Record<string, string>) =>
    (await service.with(headers).get('/api/users/me')).status;

  /** How long it took until the other instance refused. */
  async function refusedAfter(headers: Record<string, string>): Promise<number> {
    const start = performance.now();
    while ((await statusOf(there, headers)) !== 401 && performance.now() - start < 10_000) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return performance.now() - start;
  }

  it('refuses a session here at once and there within a few reads', async () => {
    const token = here.issuer.token({ sub: 'alice', sid: 'sess_1' });
    const headers = { authorization: `Bearer ${token}` };
    expect([await statusOf(here, headers), await statusOf(there, headers)]).toEqual([200, 200]);
    expect((await bearing(here, token).post('/api/sessions/revoke', '')).status).toBe(204);
    expect(await statusOf(here, headers)).toBe(401);
    expect(await refusedAfter(headers)).toBeLessThan(9000);
  }, 20_000);

  it('refuses a deleted key there too', async () => {
    const { key, id } = (await here.as('bob').post('/api/keys', { name: 'n' })).json;
    const headers = { 'x-api-key': String(key) };
    expect([await statusOf(here, headers), await statusOf(there, headers)]).toEqual([200, 200]);
    await here.as('bob').delete(`/api/keys/${String(id)}`);
    expect(await refusedAfter(headers)).toBeLessThan(9000);
  }, 20_000);

  it('rotates a key for both, and revokes the old one and the new one there too', async () => {
    const made = (await here.as('gail').post('/api/keys', { name: 'n' })).json as { key: string; id: string };
    const old = { 'x-api-key': made.key };
    expect([await statusOf(here, old), await statusOf(there, old)]).toEqual([200, 200]);
    const gail = (service: ServiceUnderTest) => bearing(service, here.issuer.token({ sub: 'gail' }));
    const rotated = await gail(there).post(`/api/keys/${made.id}/rotate`, { overlapSeconds: 3600 });
    expect(rotated.status).toBe(201);
    const next = { 'x-api-key': String(rotated.json.key) };
    expect([await statusOf(here, old), await statusOf(there, old)]).toEqual([200, 200]);
    expect([await statusOf(here, next), await statusOf(there, next)]).toEqual([200, 200]);
    const again = await Promise.all(
      [here, there].map((service) => gail(service).post(`/api/keys/${made.id}/rotate`, {})),
    );
    expect(again.map(({ status }) => status)).toEqual([404, 404]);
    await here.as('gail').delete(`/api/keys/${made.id}`);
    expect(await refusedAfter(old)).toBeLessThan(9000);
    expect(await statusOf(there, next)).toBe(200);
    await here.as('gail').delete(`/api/keys/${String(rotated.json.id)}`);
    expect(await refusedAfter(next)).toBeLessThan(9000);
  }, 30_000);

  it('refuses an erased user there too, though that instance knew them', async () => {
    const headers = { authorization: `Bearer ${here.issuer.token({ sub: 'carol' })}` };
    expect([await statusOf(here, headers), await statusOf(there, headers)]).toEqual([200, 200]);
    expect((await here.with(headers).delete('/api/users/me')).status).toBe(204);
    expect(await refusedAfter(headers)).toBeLessThan(9000);
  }, 20_000);

  it('handles an event once, whose twenty copies reach both at once', async () => {
    const copies = Array.from({ length: 20 }, (_, n) =>
      sendEvent(n % 2 ? here : there, 'user.deleted', { id: 'dave' }, { id: 'msg_dave' }),
    );
    const statuses = (await Promise.all(copies)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([204]));
    const [buried, ...more] = (await here.storage.users.buried(0)).filter(
      ({ subject }) => subject === 'dave',
    );
    expect(buried).toBeDefined();
    expect(more).toEqual([]);
  });

  it('leave nothing of a user who is erased here while saves go on there', async () => {
    const headers = { authorization: `Bearer ${here.issuer.token({ sub: 'erin' })}` };
    expect((await there.with(headers).save('first', {})).status).toBe(201);
    const { id = '' } =
      (await here.storage.users.find({ issuer: here.issuer.issuer, subject: 'erin' })) ?? {};

    const statuses: number[] = [];
    const saver = async (name: string) => {
      for (let n = 0; statuses.at(-1) !== 401; n += 1) {
        statuses.push((await there.with(headers).save(`${name}-${String(n)}`, { n })).status);
      }
    };
    const saving = [saver('a'), saver('b'), saver('c')];
    expect((await here.with(headers).delete('/api/users/me')).status).toBe(204);
    await Promise.all(saving);
    expect(new Set(statuses)).toEqual(new Set([201, 401]));

    // What was saved behind the deletions is swept up a minute later, and at every start.
    here = await here.restart();
    const left = () => here.storage.modules.list(id, { limit: 1, maxBytes: 1 });
    for (let tries = 0; tries < 100 && (await left()).items.length > 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await left()).items).toEqual([]);
  }, 20_000);
});
