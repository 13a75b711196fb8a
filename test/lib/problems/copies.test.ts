import express, { type RequestHandler } from 'express';
import { createTestIssuer } from 'sallyport/testing';
import type * as sallyport from 'sallyport';
import request from 'supertest';

type Copy = typeof sallyport;

const { issuer, audience, keys, token } = createTestIssuer();

/** As jest.resetModules does it, or a second version somewhere below node_modules. */
function copyOf(): Copy {
  const copies: Copy[] = [];
  jest.isolateModules(() => {
    copies.push(jest.requireActual<Copy>('sallyport'));
  });
  return copies[0]!;
}

const one = copyOf();
const other = copyOf();
const opened: RequestHandler = (_request, response) => void response.json({ opened: true });

function call(handlers: RequestHandler[], onError?: (error: Error) => void) {
  const answer = other.problemDetails(onError && { onError });
  const app = express()
    .get('/notes/:userId', ...handlers, opened)
    .use(answer);
  return request(app).get('/notes/user_1');
}

const port = () => one.sallyport({ issuer, audience, keys, users: one.memoryUsers() });

it('are two', () => {
  expect(one.SallyportError).not.toBe(other.SallyportError);
});

it('answer the errors of each other, with their challenge', async () => {
  const { body, headers } = await call([port()]).expect(401);
  expect(body.code).toBe('missing_credentials');
  expect(headers['www-authenticate']).toBe('Bearer realm="api"');
});

it('count the refusals of a verifier of the other', async () => {
  const verifier = one.jwtVerifier({ issuer, audience, keys });
  const chain = [other.rateLimit({ by: 'address', perMinute: 1 }), other.authenticate({ verifier })];
  const app = express()
    .get('/', ...chain, opened)
    .use(other.problemDetails());
  const guess = () =>
    request(app)
      .get('/')
      .set('Authorization', `Bearer ${token({ exp: 1 })}`);
  await guess().expect(401);
  await guess().expect(429);
});

it('go on to the next verifier after a 401 of the other', async () => {
  const elsewhere = createTestIssuer({ issuer: 'https://elsewhere.example' });
  const foreign = one.jwtVerifier({ issuer: elsewhere.issuer, audience, keys: elsewhere.keys });
  const verifier = other.firstOf(foreign, other.jwtVerifier({ issuer, audience, keys }));
  await call([other.authenticate({ verifier })])
    .set('Authorization', `Bearer ${token()}`)
    .expect(200);
});

it.each([
  ['a guard', () => other.requireOwner('userId')],
  ['authenticate', () => other.authenticate({ verifier: other.jwtVerifier({ issuer, audience, keys }) })],
  ['provisionUser', () => other.provisionUser({ users: other.memoryUsers() })],
])('trust no proof of the other in %s, and say that there are copies', async (_name, part) => {
  const onError = jest.fn();
  await call([port(), part()], onError).set('Authorization', `Bearer ${token()}`).expect(500);
  const [{ cause }] = onError.mock.calls[0] as [{ cause: Error }];
  expect(cause.message).toMatch(
    /\d copies of sallyport are loaded, and none of them trusts a proof of another/,
  );
});

it('leave an error of another library that only looks like one of ours a bug', async () => {
  const lookalike: RequestHandler = () => {
    throw Object.assign(new Error('planted'), { status: 401, code: 'invalid_token', headersFor: () => ({}) });
  };
  await call([lookalike], () => undefined).expect(500);
});

it('know only their own classes apart', () => {
  const error: unknown = new one.NotOwnerError();
  expect(error instanceof one.NotOwnerError).toBe(true);
  expect(error instanceof other.NotOwnerError).toBe(false);
  expect(error instanceof other.SallyportError).toBe(true);
  expect(new Error('planted') instanceof other.SallyportError).toBe(false);
  expect((undefined as unknown) instanceof other.SallyportError).toBe(false);
});
