import { cleanUp } from '../../support/clean-up';
import { startService } from '../../support/service';

afterAll(cleanUp);

const FORWARDED = { 'x-forwarded-for': '203.0.113.9' };
const warnings = (log: Record<string, unknown>[]) =>
  log.filter(({ level, msg }) => level === 'warn' && String(msg).includes('TRUST_PROXY'));

describe('X-Forwarded-For', () => {
  it('is warned of once where no proxy is trusted, with what to set', async () => {
    const service = await startService();
    await service.with({}).get('/health/live');
    expect(warnings(service.log())).toHaveLength(0);
    for (let n = 0; n < 3; n += 1) await service.with(FORWARDED).get('/health/live');
    expect(warnings(service.log())).toHaveLength(1);
  });

  it.each(['1', '127.0.0.1'])('is as it should be with TRUST_PROXY=%s', async (TRUST_PROXY) => {
    const service = await startService({ TRUST_PROXY });
    await service.with(FORWARDED).get('/health/live');
    expect(warnings(service.log())).toHaveLength(0);
  });
});

describe('the address limit', () => {
  it.each(['1', '127.0.0.1'])('counts no port with TRUST_PROXY=%s', async (TRUST_PROXY) => {
    const service = await startService({ TRUST_PROXY, RATE_LIMIT_IP_PER_MINUTE: '2' });
    const statuses: number[] = [];
    for (const port of ['4711', '4712', '4713']) {
      const headers = { 'x-forwarded-for': `203.0.113.9:${port}` };
      statuses.push((await service.with(headers).get('/api/users/me')).status);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });
});
