import express, { type RequestHandler } from 'express';
import { authOf, memoryUsers, sallyport, userOf, type OptionsWithoutUsers } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const { issuer, audience, keys, token } = createTestIssuer();
const ours = { issuer, audience, keys };
const signed = { Authorization: `Bearer ${token()}` };
const show: RequestHandler = ({ auth }, response) => void response.json({ subject: auth?.subject ?? null });

function appWith(options: Partial<OptionsWithoutUsers> = {}, ...before: RequestHandler[]) {
  const port = sallyport({ ...ours, ...options } as OptionsWithoutUsers);
  return express()
    .get('/', ...before, port.optional, show)
    .get('/of/:userId', port.optional, port.requireOwner('userId'), show)
    .get('/mine', port.optional, (request) => void authOf(request))
    .get('/user', port.optional, (request) => void userOf(request))
    .use(port.problemDetails);
}

describe('port.optional', () => {
  it('lets a guest pass with req.auth undefined, and a caller as ever', async () => {
    await request(appWith()).get('/').expect(200, { subject: null });
    await request(appWith())
      .get('/')
      .set('Authorization', 'Basic dXNlcjpwYXNz')
      .expect(200, { subject: null });
    await request(appWith()).get('/').set(signed).expect(200, { subject: 'user_1' });
  });

  it.each([
    ['Bearer a.b.c', 401, 'invalid_token'],
    ['Bearer', 400, 'invalid_request'],
    [`Bearer ${token({ exp: 1 })}`, 401, 'invalid_token'],
  ])('refuses %s as ever, and counts it', async (authorization, status, code) => {
    const app = appWith({ addressLimit: { perMinute: 1 } });
    const { body } = await request(app).get('/').set('Authorization', authorization).expect(status);
    expect(body.code).toBe(code);
    const next = code === 'invalid_token' && authorization !== 'Bearer a.b.c' ? status : 429;
    await request(app).get('/').set('Authorization', authorization).expect(next);
  });

  it('counts no guest, and keeps none out of whose address others were refused', async () => {
    const app = appWith({ addressLimit: { perMinute: 1 } });
    await request(app).get('/').set('Authorization', 'Bearer a.b.c').expect(401);
    await request(app).get('/').set(signed).expect(429);
    for (let n = 0; n < 3; n += 1) await request(app).get('/').expect(200);
  });

  it.each(['/of/user_1', '/mine', '/user'])(
    'answers a guest 401 at %s, which needs a caller',
    async (path) => {
      const onEvent = jest.fn();
      const { body, headers } = await request(appWith({ onEvent })).get(path).expect(401);
      expect(body.code).toBe('missing_credentials');
      expect(headers['www-authenticate']).toBe('Bearer realm="api"');
      expect(onEvent).toHaveBeenCalledTimes(1);
      expect(onEvent.mock.calls[0]?.[0]).toMatchObject({
        type: 'refused',
        status: 401,
        requestId: body.requestId,
      });
    },
  );

  it('answers 500 for a req.auth that something else set', async () => {
    const preset: RequestHandler = (request, _response, next) => {
      Object.assign(request, { auth: { subject: 'admin' } });
      next();
    };
    await request(appWith({}, preset)).get('/').expect(500);
    await request(appWith({}, preset)).get('/').set(signed).expect(500);
  });

  it('takes nobody for a caller whom another chain knows by other credentials', async () => {
    const other = createTestIssuer({ issuer: 'https://other.test' });
    const first = sallyport({
      issuer: other.issuer,
      audience: other.audience,
      keys: other.keys,
      users: memoryUsers(),
      credentials: [({ headers }) => ({ kind: 'token', credential: String(headers?.['x-token']) })],
    });
    const app = appWith({}, first);
    await request(app).get('/').set('X-Token', other.token()).expect(200, { subject: null });
    await request(app).get('/').set('X-Token', other.token()).set(signed).expect(200, { subject: 'user_1' });
  });
});

describe('sallyport without users', () => {
  it('provisions nobody', async () => {
    const port = sallyport({ ...ours, owner: ({ subject }) => `of-${subject}` });
    const app = express()
      .get('/of/:id', port, port.requireOwner('id'), show)
      .get('/user', port, (request) => void userOf(request))
      .use(port.problemDetails);
    expect(port.users).toBeUndefined();
    await request(app).get('/of/of-user_1').set(signed).expect(200);
    await request(app).get('/of/user_1').set(signed).expect(403);
    await request(app).get('/user').set(signed).expect(500);
  });
});

it('a CORS preflight carries no credentials: it is refused unless cors() stands before the chain', async () => {
  const port = sallyport(ours);
  const app = express().use(port, show).use(port.problemDetails);
  const { body } = await request(app)
    .options('/')
    .set({ Origin: 'https://app.example', 'Access-Control-Request-Method': 'GET' })
    .expect(401);
  expect(body.code).toBe('missing_credentials');
});
