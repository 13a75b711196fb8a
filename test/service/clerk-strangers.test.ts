import { cleanUp } from '../support/clean-up';
import { CLERK_SECRET, sendEvent } from '../support/clerk-events';
import { eventually } from '../support/eventually';
import { sendHalf, type HalfSent } from '../support/half-sent';
import { startService, type ServiceUnderTest } from '../support/service';

const env = { CLERK_WEBHOOK_SECRET: CLERK_SECRET, TRUST_PROXY: '1' };

afterEach(cleanUp);

function halves(service: ServiceUnderTest, age: number): Promise<HalfSent[]> {
  const headers = {
    'svix-id': 'msg_1',
    'svix-timestamp': String(Math.floor(Date.now() / 1000) - age),
    'svix-signature': 'v1,bm8gc2lnbmF0dXJl',
    'x-forwarded-for': '198.51.100.66:4711',
  };
  return Promise.all(Array.from({ length: 101 }, () => sendHalf(`${service.url}/webhooks/clerk`, headers)));
}

const statusOf = ({ answer }: HalfSent): string => answer().slice(9, 12);

async function revocationFrom(service: ServiceUnderTest, address: string): Promise<number> {
  const token = service.issuer.token({ sub: 'dave', sid: 'sess_1' });
  const session = service.with({ authorization: `Bearer ${token}` });
  expect((await session.get('/api/users/me')).status).toBe(200);
  const clerk = {
    with: (headers: Record<string, string>) => service.with({ ...headers, 'x-forwarded-for': address }),
  };
  const { status } = await sendEvent(clerk, 'session.revoked', { id: 'sess_1', user_id: 'dave' });
  expect((await session.get('/api/users/me')).status).toBe(status === 204 ? 401 : 200);
  return status;
}

describe('a session.revoked among a hundred webhooks that a stranger sends by half', () => {
  it('is heard at once when their timestamps are old, from the same address too', async () => {
    const service = await startService(env);
    const all = await halves(service, 3600);
    await eventually(() => all.every((half) => statusOf(half) === '401'));
    expect(await revocationFrom(service, '198.51.100.66')).toBe(204);
  });

  it('is heard from another address when their timestamps are fresh: the stranger has ten places', async () => {
    const service = await startService(env);
    const all = await halves(service, 0);
    await eventually(() => all.filter((half) => statusOf(half) === '429').length === 91);
    expect(all.filter((half) => statusOf(half) === '')).toHaveLength(10);
    expect(await revocationFrom(service, '203.0.113.9')).toBe(204);
  });
});
