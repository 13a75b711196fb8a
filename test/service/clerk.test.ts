import { cleanUp } from '../support/clean-up';
import { CLERK_SECRET, clerkUser, sendEvent } from '../support/clerk-events';
import { startService, type ServiceUnderTest } from '../support/service';
import { stores } from '../support/stores';

const env = { CLERK_WEBHOOK_SECRET: CLERK_SECRET };

const OTHER_SECRET = `whsec_${Buffer.from('the secret of somebody else, alas').toString('base64')}`;

afterAll(cleanUp);

describe.each(stores)("Clerk's webhooks over HTTP, with $name", (store) => {
  let service: ServiceUnderTest;

  beforeAll(async () => {
    service = await startService(env, store);
  });

  const profileOf = async (subject: string) => (await service.as(subject).get('/api/users/me')).json;
  const old = (subject: string) => {
    const iat = Math.floor(Date.now() / 1000) - 30;
    return service.with({ authorization: `Bearer ${service.issuer.token({ sub: subject, iat })}` });
  };
  /** Issued as late as the tolerance for clocks lets it be: soon after an erasure, later than what that refuses. */
  const newcomer = (subject: string) => {
    const iat = Math.floor(Date.now() / 1000) + 5;
    return service.with({ authorization: `Bearer ${service.issuer.token({ sub: subject, iat })}` });
  };

  it('fills in who a user is, before or after they first came', async () => {
    expect((await sendEvent(service, 'user.created', clerkUser('alice', 'Alice'))).status).toBe(204);
    expect(await profileOf('alice')).toMatchObject({ email: 'alice@example.com', name: 'Alice' });
    expect(await profileOf('bob')).toMatchObject({ email: null, name: null });
    await sendEvent(service, 'user.updated', clerkUser('bob', 'Bob'));
    expect(await profileOf('bob')).toMatchObject({ email: 'bob@example.com', name: 'Bob' });
  });

  it('ignores an update that came late', async () => {
    await sendEvent(service, 'user.updated', clerkUser('carol', 'New', 2000));
    expect((await sendEvent(service, 'user.updated', clerkUser('carol', 'Old', 1000))).status).toBe(204);
    expect(await profileOf('carol')).toMatchObject({ name: 'New' });
  });

  it.each(['session.ended', 'session.removed', 'session.revoked'])(
    'refuses the tokens of a session at once after %s',
    async (type) => {
      const token = service.issuer.token({ sub: 'dave', sid: `sess_${type}` });
      const session = service.with({ authorization: `Bearer ${token}` });
      expect((await session.get('/api/users/me')).status).toBe(200);
      expect((await sendEvent(service, type, { id: `sess_${type}`, user_id: 'dave' })).status).toBe(204);
      expect((await session.get('/api/users/me')).status).toBe(401);
      expect((await service.as('dave').get('/api/users/me')).status).toBe(200);
    },
  );

  it('erases a deleted user, and no late update brings them back', async () => {
    const erin = old('erin');
    await erin.save('m', { secret: 1 });
    const { key } = (await erin.post('/api/keys', { name: 'n' })).json;
    await sendEvent(service, 'user.updated', clerkUser('erin', 'Erin'));

    expect((await sendEvent(service, 'user.deleted', { id: 'erin', deleted: true })).status).toBe(204);
    expect((await erin.get('/api/users/me')).status).toBe(401);
    expect((await service.with({ 'x-api-key': key }).get('/api/users/me')).status).toBe(401);
    await sendEvent(service, 'user.updated', clerkUser('erin', 'Erin', Date.now() + 60_000));

    let again = newcomer('erin');
    await until(async () => {
      again = newcomer('erin');
      return (await again.get('/api/users/me')).status === 200;
    });
    expect((await again.get('/api/users/me')).json).toMatchObject({ userId: 'erin', name: null });
    expect((await again.get('/api/user_modules/user/erin')).json).toMatchObject({ items: [] });
    expect((await again.get('/api/keys')).json).toEqual({ items: [] });
  }, 20_000);

  it('refuses a message that somebody else signed', async () => {
    const secret = OTHER_SECRET;
    const answer = await sendEvent(service, 'user.created', clerkUser('mallory', 'M'), { secret });
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ code: 'invalid_token' });
    expect(await profileOf('mallory')).toMatchObject({ name: null });
  });

  it('has one effect for twenty copies at once', async () => {
    const copies = Array.from({ length: 20 }, () =>
      sendEvent(service, 'session.ended', { id: 'sess_20' }, { id: 'msg_20' }),
    );
    const statuses = (await Promise.all(copies)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([204]));
  });

  it('answers GET with 405', async () => {
    const { status, headers } = await service.with({}).get('/webhooks/clerk');
    expect([status, headers.get('allow')]).toEqual([405, 'POST']);
  });
});

it('has no webhook where no secret is configured', async () => {
  const service = await startService();
  expect((await sendEvent(service, 'user.created', clerkUser('alice', 'A'))).status).toBe(404);
});

it('stops listening to an address that sends nothing but forgeries', async () => {
  const service = await startService({ ...env, RATE_LIMIT_IP_PER_MINUTE: '3' });
  const forge = () => sendEvent(service, 'user.deleted', { id: 'alice' }, { secret: OTHER_SECRET });
  for (let n = 0; n < 3; n += 1) expect((await forge()).status).toBe(401);
  const { status, headers } = await forge();
  expect([status, headers.has('retry-after')]).toEqual([429, true]);
});

it('acts within the issuer that it is configured for alone', async () => {
  const [first, second] = [await startService(), await startService()];
  const issuers = [first, second].map(({ issuer }) => ({ issuer: issuer.issuer, audience: 'analyzer' }));
  const service = await startService({
    ...env,
    AUTH_ISSUERS: JSON.stringify(issuers),
    CLERK_WEBHOOK_ISSUER: second.issuer.issuer,
  });
  const works = async ({ issuer }: ServiceUnderTest) => {
    const authorization = `Bearer ${issuer.token({ sub: 'alice', sid: 'sess_1' })}`;
    return (await service.with({ authorization }).get('/api/users/me')).status === 200;
  };
  await sendEvent(service, 'session.ended', { id: 'sess_1' });
  expect([await works(first), await works(second)]).toEqual([true, false]);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100 && !(await holds()); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
