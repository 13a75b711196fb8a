import { createTestIssuer, startTestIssuer } from 'sallyport/testing';
import { expectProblem, expectUnauthorized } from '../support/assertions';
import { cleanUp, later } from '../support/clean-up';
import { AUDIENCE, startService, type ServiceUnderTest } from '../support/service';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startService();
  await service.as('ada').save('diary', { dear: 'diary' });
});
afterAll(cleanUp);

const routes: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/api/user_modules/save'],
  ['GET', '/api/user_modules/user/ada'],
  ['GET', '/api/user_modules/user/ada/diary'],
  ['DELETE', '/api/user_modules/user/ada/diary'],
  ['GET', '/user_modules/user/ada/diary'],
  ['GET', '/api/users/me'],
  ['DELETE', '/api/users/me'],
];
const body = (method: string) => (method === 'POST' ? '{"moduleId":"diary","data":{}}' : undefined);
const json = { 'content-type': 'application/json' };
const seconds = () => Math.floor(Date.now() / 1000);

afterEach(async () => {
  const diary = await service.as('ada').get('/api/user_modules/user/ada/diary');
  expect(diary.json).toMatchObject({ version: 1, data: { dear: 'diary' } });
});

describe('no authentication', () => {
  it.each(routes)('%s %s is 401 with a bare challenge', async (method, path) => {
    const answer = await service.with(json).request(method, path, {}, body(method));
    expectUnauthorized(answer, 'missing_credentials');
  });

  it.each([
    { 'x-user-id': 'ada' },
    { 'x-forwarded-user': 'ada', 'x-auth-request-user': 'ada' },
    { authorization: 'Basic YWRhOmFkYQ==' },
    { 'x-forwarded-host': 'localhost', 'x-forwarded-for': '127.0.0.1' },
    { 'x-http-method-override': 'OPTIONS' },
    { cookie: '__session=ada' },
    { 'x-middleware-subrequest': 'middleware' },
  ])('no other header stands in for a token: %j', async (headers: Record<string, string>) => {
    expectUnauthorized(await service.with(headers).get('/api/user_modules/user/ada'), 'missing_credentials');
  });
});

describe('invalid or expired', () => {
  it.each(routes)('%s %s is 401 invalid_token for an expired token', async (method, path) => {
    const authorization = `Bearer ${service.issuer.token({ sub: 'ada', iat: seconds() - 120, exp: seconds() - 60 })}`;
    const answer = await service.with({ ...json, authorization }).request(method, path, {}, body(method));
    expectUnauthorized(answer, 'invalid_token');
  });

  it.each(routes)('%s %s is 401 invalid_token for a made-up token', async (method, path) => {
    const authorization = 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.';
    const answer = await service.with({ ...json, authorization }).request(method, path, {}, body(method));
    expectUnauthorized(answer, 'invalid_token');
  });

  it('is no way to find out which users or modules there are', async () => {
    const stranger = service.with({ authorization: 'Bearer a.b.c' });
    const [there, notThere] = await Promise.all(
      ['ada/diary', 'nobody/nothing'].map((path) => stranger.get(`/api/user_modules/user/${path}`)),
    );
    expect({ ...there!.json, requestId: '' }).toEqual({ ...notThere!.json, requestId: '' });
  });
});

describe("another user's resources", () => {
  it.each(routes.filter(([, path]) => path.includes('/user/')))(
    '%s %s is 403 not_owner',
    async (method, path) => {
      expectProblem(await service.as('bob').request(method, path), 403, 'not_owner');
    },
  );

  it.each([
    'Ada',
    'ada ',
    ' ada',
    'ada%00',
    'ad%61%2e',
    'ADA',
    'ada%2f',
    'a%CC%88da',
    '%EF%BD%81da',
    '*',
    '%24ne',
    '.%2e',
  ])('no spelling of a path lends one: %s', async (userId) => {
    const answer = await service.as('bob').get(`/api/user_modules/user/${userId}`);
    expect([403, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('dear');
  });

  it('the same subject of another issuer is another person', async () => {
    const other = await startTestIssuer({ audience: AUDIENCE });
    later(() => other.close());
    const issuers = [service.issuer.issuer, other.issuer].map((issuer) => ({ issuer, audience: AUDIENCE }));
    const both = await startService({ AUTH_ISSUERS: JSON.stringify(issuers) });
    const first = both.with({ authorization: `Bearer ${service.issuer.token({ sub: 'ada' })}` });
    const second = both.with({ authorization: `Bearer ${other.token({ sub: 'ada' })}` });
    await first.save('mine', { of: 'first' });
    const seen = await second.get('/api/user_modules/user/ada');
    expect([seen.status, seen.json.items]).toEqual([200, []]);
  });

  it('neither query nor body says whose a module is', async () => {
    const bob = service.as('bob');
    const query = '?userId=ada&owner=ada&owner[$ne]=bob';
    const saved = await bob.post(`/api/user_modules/save${query}`, {
      moduleId: 'diary',
      data: { userId: 'ada' },
    });
    expect(saved.json.userId).toBe('bob');
    expectProblem(
      await bob.post('/api/user_modules/save', { moduleId: 'm', data: {}, userId: 'ada' }),
      400,
      'invalid_body',
    );
  });
});

describe('tampering', () => {
  const flip = (text: string, index: number) =>
    text.slice(0, index) + (text[index] === 'A' ? 'B' : 'A') + text.slice(index + 1);

  it.each(['header', 'payload', 'signature'])('with any one character of the %s is 401', async (part) => {
    const parts = service.issuer.token({ sub: 'ada' }).split('.');
    const at = ['header', 'payload', 'signature'].indexOf(part);
    const answers = await Promise.all(
      Array.from(parts[at]!, async (_character, index) => {
        const forged = parts.map((text, position) => (position === at ? flip(text, index) : text)).join('.');
        return service.with({ authorization: `Bearer ${forged}` }).get('/api/user_modules/user/ada');
      }),
    );
    expect(answers.length).toBeGreaterThan(50);
    for (const answer of answers) expectUnauthorized(answer, 'invalid_token');
  });

  it.each(['header', 'payload', 'signature'])('by taking the %s of another token is 401', async (part) => {
    const own = service.issuer.token({ sub: 'bob' }).split('.');
    const forger = createTestIssuer({ issuer: service.issuer.issuer, audience: AUDIENCE });
    const other = forger.token({ sub: 'ada' }).split('.');
    const at = ['header', 'payload', 'signature'].indexOf(part);
    const mixed = own.map((text, index) => (index === at ? other[index] : text)).join('.');
    const answer = await service.with({ authorization: `Bearer ${mixed}` }).get('/api/user_modules/user/ada');
    expectUnauthorized(answer, 'invalid_token');
  });

  it.each<[string, (token: string) => string]>([
    ['padding', (token) => `${token}==`],
    ['a fourth part', (token) => `${token}.`],
    ['a part less', (token) => token.split('.').slice(0, 2).join('.')],
    ['the standard alphabet', (token) => token.replace(/[-_]/g, (sign) => (sign === '-' ? '+' : '/'))],
    ['a longer payload', (token) => token.replace('.', '.e30')],
  ])('with its spelling is 401: %s', async (_what, change) => {
    // Signatures differ from token to token: one that has a character of the other alphabet.
    let token = service.issuer.token({ sub: 'ada' });
    for (let n = 0; !/[-_]/.test(token); n += 1) token = service.issuer.token({ sub: 'ada', n });
    const answer = await service
      .with({ authorization: `Bearer ${change(token)}` })
      .get('/api/user_modules/user/ada');
    expectUnauthorized(answer, 'invalid_token');
  });
});
