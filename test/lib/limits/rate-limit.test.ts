import express, { type Express } from 'express';
import { memoryUsers, rateLimit, sallyport, type SallyportEvent, type SallyportOptions } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const issuer = createTestIssuer();

type Limits = Pick<SallyportOptions, 'addressLimit' | 'subjectLimit'>;

function server(limits: Limits, users = memoryUsers()) {
  const events: SallyportEvent[] = [];
  const port = sallyport({
    issuer: issuer.issuer,
    audience: issuer.audience,
    keys: issuer.keys,
    users,
    onEvent: (event) => events.push(event),
    ...limits,
  });
  const app = express().set('trust proxy', 1);
  app.use('/api', port, (_request, response) => void response.json({}));
  app.use(port.problemDetails);
  return { app, events };
}

const from = (app: Express, address: string, authorization?: string) => {
  const call = request(app).get('/api').set('X-Forwarded-For', address);
  return authorization === undefined ? call : call.set('Authorization', authorization);
};

const valid = (claims = {}) => `Bearer ${issuer.token(claims)}`;

async function statuses(times: number, call: () => PromiseLike<{ status: number }>): Promise<number[]> {
  const all: number[] = [];
  for (let time = 0; time < times; time++) all.push((await call()).status);
  return all;
}

describe('the address limit', () => {
  it('counts refusals of requests that prove nothing, and then answers 429', async () => {
    const { app, events } = server({ addressLimit: { perMinute: 3 } });
    expect(await statuses(5, () => from(app, '198.51.100.1'))).toEqual([401, 401, 401, 429, 429]);
    expect(events.filter(({ type }) => type === 'limited')).toHaveLength(2);
  });

  it('says when to come back, in problem+json and in the draft-8 headers', async () => {
    const { app } = server({ addressLimit: { perMinute: 1 } });
    await from(app, '198.51.100.1');
    const { body, headers } = await from(app, '198.51.100.1').expect(429);
    expect(body.code).toBe('rate_limited');
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(headers['ratelimit-policy']).toMatch(/^"address"; q=1; w=60/);
    expect(headers['ratelimit']).toMatch(/^"address"; r=0; t=\d+/);
  });

  it('refuses before it verifies: a valid token from a limited address is 429 too', async () => {
    const { app } = server({ addressLimit: { perMinute: 1 } });
    await from(app, '198.51.100.1', 'Bearer x.y.z');
    await from(app, '198.51.100.1', valid()).expect(429);
  });

  it('does not count requests that succeed, however many are in flight', async () => {
    const { app } = server({ addressLimit: { perMinute: 5 }, subjectLimit: false });
    const answers = await Promise.all(Array.from({ length: 40 }, () => from(app, '198.51.100.1', valid())));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await from(app, '198.51.100.1', valid()).expect(200);
  });

  it('does not count what was truly signed, such as an expired token', async () => {
    const { app } = server({ addressLimit: { perMinute: 2 }, subjectLimit: false });
    expect(await statuses(6, () => from(app, '198.51.100.1', valid({ exp: 1 })))).toEqual(Array(6).fill(401));
  });

  it('does not count our own outages', async () => {
    const { app } = server({ addressLimit: { perMinute: 2 } });
    issuer.fail();
    const down = await statuses(6, () => from(app, '198.51.100.1', valid()));
    issuer.recover();
    expect(down).toEqual(Array(6).fill(503));
  });

  it('ends its minute also when the clock is set back within it', async () => {
    const { app } = server({ addressLimit: { perMinute: 1 } });
    const [start, began] = [Date.now(), performance.now()];
    await from(app, '198.51.100.1').expect(401);
    const clocks = [jest.spyOn(Date, 'now'), jest.spyOn(performance, 'now')];
    clocks[0]?.mockReturnValue(start - 3600_000);
    clocks[1]?.mockReturnValue(began + 59_000);
    const { headers } = await from(app, '198.51.100.1').expect(429);
    clocks[1]?.mockReturnValue(began + 61_000);
    await from(app, '198.51.100.1').expect(401);
    for (const clock of clocks) clock.mockRestore();
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(2);
  });

  it.each([
    ['another address', '198.51.100.2', 401],
    ['its IPv4-mapped spelling', '::ffff:198.51.100.1', 429],
    ['its IPv4-mapped spelling in hex', '::ffff:c633:6401', 429],
  ])('limits %s apart or alike', async (_name, address, status) => {
    const { app } = server({ addressLimit: { perMinute: 1 } });
    await from(app, '198.51.100.1');
    await from(app, address).expect(status);
  });

  it('takes a /56 of IPv6 for one caller, so that hopping inside it gains nothing', async () => {
    const { app } = server({ addressLimit: { perMinute: 1 } });
    await from(app, '2001:db8:0:1::1');
    await from(app, '2001:db8:0:ff:1234::9').expect(429);
    await from(app, '2001:db8:0:100::1').expect(401);
  });

  it.each(['203.0.113.7', '10.1.2.3', '::ffff:10.1.2.3', '2001:db8:1::5'])(
    'never limits the exempt %s',
    async (address) => {
      const exempt = ['203.0.113.7', '10.0.0.0/8', '2001:db8:1::/48'];
      const { app } = server({ addressLimit: { perMinute: 1, exempt } });
      expect(await statuses(4, () => from(app, address))).toEqual([401, 401, 401, 401]);
    },
  );
});

it.each(['garbage', '10.1.2', '10.1.2.3:port', '[10.1.2.3', '10.0.0.1:1:2', ''])(
  'takes %j in X-Forwarded-For for no exempt address',
  async (address) => {
    const { app } = server({ addressLimit: { perMinute: 1, exempt: ['10.0.0.0/8'] } });
    expect(await statuses(2, () => from(app, address))).toEqual([401, 429]);
  },
);

describe('the subject limit', () => {
  it('counts each caller by issuer and subject, wherever they come from', async () => {
    const { app } = server({ subjectLimit: { perMinute: 2 } });
    await from(app, '198.51.100.1', valid()).expect(200);
    await from(app, '198.51.100.2', valid()).expect(200);
    const { body } = await from(app, '198.51.100.3', valid()).expect(429);
    expect(body.code).toBe('rate_limited');
    await from(app, '198.51.100.1', valid({ sub: 'user_2' })).expect(200);
  });

  it('counts the same subject of two issuers as two callers', async () => {
    const other = createTestIssuer({ issuer: 'https://other.test' });
    const issuers = [issuer, other].map(({ issuer: name, audience, keys }) => ({
      issuer: name,
      audience,
      keys,
    }));
    const owner = ({ subject }: { subject: string }) => subject;
    const port = sallyport({ issuers, owner, users: memoryUsers(), subjectLimit: { perMinute: 1 } });
    const app = express()
      .use('/api', port, (_request, response) => void response.json({}))
      .use(port.problemDetails);
    const as = (token: string) => request(app).get('/api').set('Authorization', `Bearer ${token}`);
    await as(issuer.token({ sub: 'ada' })).expect(200);
    await as(other.token({ sub: 'ada' })).expect(200);
    await as(other.token({ sub: 'ada' })).expect(429);
  });

  it('lets as many through as it says, also when more than that come at once', async () => {
    const { app } = server({ subjectLimit: { perMinute: 10 } });
    const answers = await Promise.all(Array.from({ length: 25 }, () => from(app, '198.51.100.1', valid())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it('tells on every answer what is left', async () => {
    const { app } = server({ subjectLimit: { perMinute: 2 } });
    const { headers } = await from(app, '198.51.100.1', valid()).expect(200);
    expect(headers['ratelimit']).toMatch(/^"subject"; r=1; t=\d+/);
  });

  it('counts refusals after a good signature against their subject, and lets nobody use up the requests of another', async () => {
    const { app } = server({ subjectLimit: { perMinute: 2 } });
    const expired = () => from(app, '198.51.100.1', valid({ exp: 1 }));
    expect(await statuses(4, expired)).toEqual([401, 401, 429, 429]);
    expect(await statuses(3, () => from(app, '198.51.100.1', valid()))).toEqual([200, 200, 429]);
  });

  it("counts an erased user's earlier token, which nobody revoked, against its subject", async () => {
    const users = memoryUsers();
    await users.bury({ issuer: issuer.issuer, subject: issuer.subject }, Date.now());
    const { app } = server({ subjectLimit: { perMinute: 2 } }, users);
    expect(await statuses(4, () => from(app, '198.51.100.1', valid()))).toEqual([401, 401, 429, 429]);
  });

  it('counts a request once, however often the chain is mounted', async () => {
    const port = sallyport({
      issuer: issuer.issuer,
      audience: issuer.audience,
      keys: issuer.keys,
      users: memoryUsers(),
      subjectLimit: { perMinute: 1 },
    });
    const app = express()
      .use(port, port)
      .get('/', (_request, response) => void response.json({}))
      .use(port.problemDetails);
    await request(app).get('/').set('Authorization', valid()).expect(200);
    await request(app).get('/').set('Authorization', valid()).expect(429);
  });

  it('falls back to its own count when the shared store fails, and says so', async () => {
    const broken = {
      increment: () => Promise.reject(new Error('down')),
      decrement: () => undefined,
      resetKey: () => undefined,
    };
    const { app, events } = server({ subjectLimit: { perMinute: 2, store: broken } });
    expect(await statuses(3, () => from(app, '198.51.100.1', valid()))).toEqual([200, 200, 429]);
    expect(events.map(({ type }) => type)).toContain('limiter_failed');
  });

  it('does not wait for a shared store that hangs', async () => {
    const hanging = {
      increment: () => new Promise<never>(() => undefined),
      decrement: () => undefined,
      resetKey: () => undefined,
    };
    const { app } = server({ subjectLimit: { perMinute: 2, store: hanging } });
    await from(app, '198.51.100.1', valid()).expect(200);
  });
});

describe('rateLimit', () => {
  it.each([
    {},
    { by: 'header' },
    { by: 'address', perMinute: 0 },
    { by: 'address', perMinute: '5' },
    { by: 'address', exempt: ['localhost'] },
    { by: 'address', exempt: ['10.0.0.0/33'] },
    { by: 'address', exempt: ['10.0.0.0/abc'] },
    { by: 'address', exempt: ['10.0.0.5/00'] },
    { by: 'address', exempt: ['fe80::1%eth0'] },
    { by: 'address', exempt: [''] },
    { by: 'address', exempt: ['10.0.0.0/8/8'] },
    { by: 'address', store: {} },
    { by: 'subject', exempt: [] },
  ])('refuses the options %j at mount', (options) => {
    expect(() => rateLimit(options as never)).toThrow(TypeError);
  });
});
