import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import {
  authenticate,
  jwtVerifier,
  memoryUsers,
  NotOwnerError,
  problemDetails,
  provisionUser,
  rateLimit,
  requireOwner,
  requireScope,
  sallyport,
  StoreUnavailableError,
  type OnEvent,
  type Sallyport,
  type SallyportEvent,
  type SallyportOptions,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const { issuer, audience, keys, token } = createTestIssuer();
const ours = { issuer, audience, keys, users: memoryUsers() };
const signed = { Authorization: `Bearer ${token()}` };
const proven = { issuer, subject: 'user_1' };

/** A host that answers errors in its own shape. */
const own: ErrorRequestHandler = (error: { status: number }, _request, response, next) => {
  if (response.headersSent) next(error);
  else response.status(error.status).json({ ok: false });
};

function listener() {
  const events: SallyportEvent[] = [];
  const onEvent: OnEvent = (event) => void events.push(event);
  return { onEvent, refusals: () => events.filter(({ type }) => type === 'refused') };
}

function host(options: Partial<SallyportOptions>, answer: (port: Sallyport) => ErrorRequestHandler) {
  const port = sallyport({ ...ours, ...options } as SallyportOptions);
  const name: RequestHandler = (_request, response, next) => {
    response.set('X-Request-Id', 'request-1');
    next();
  };
  return express()
    .use(name, port)
    .get('/of/:userId', port.requireOwner('userId'))
    .get('/scoped', requireScope('admin'))
    .get(
      '/tokens',
      port.requireKeyScope('a'),
      port.requireToken(),
      (_request, response) => void response.json({}),
    )
    .get('/own', () => {
      throw new NotOwnerError();
    })
    .use(answer(port));
}

describe.each([
  ["the host's own error handler", () => own],
  ['ours', (port: Sallyport) => port.problemDetails],
])('with %s, one event tells', (_name, answer) => {
  it.each([
    ['a request without credentials', '/of/user_1', {}, 401, 'missing_credentials', {}],
    [
      'a token that proves nothing',
      '/of/user_1',
      { Authorization: 'Bearer a.b.c' },
      401,
      'invalid_token',
      { reason: 'malformed' },
    ],
    ["another user's path", '/of/user_2', signed, 403, 'not_owner', { proven }],
    [
      'a scope that is missing, at a guard of its own',
      '/scoped',
      signed,
      403,
      'insufficient_scope',
      { proven },
    ],
  ])('of %s', async (_what, path, headers, status, code, more) => {
    const { onEvent, refusals } = listener();
    await request(host({ onEvent }, answer)).get(path).set(headers).expect(status);
    expect(refusals()).toEqual([{ type: 'refused', status, code, requestId: 'request-1', ...more }]);
  });

  it('of a caller with too many requests', async () => {
    const { onEvent, refusals } = listener();
    const app = host({ onEvent, subjectLimit: { perMinute: 1 } }, answer);
    await request(app).get('/tokens').set(signed).expect(200);
    await request(app).get('/tokens').set(signed).expect(429);
    expect(refusals()).toEqual([
      { type: 'refused', status: 429, code: 'rate_limited', requestId: 'request-1', proven },
    ]);
  });

  it('of an address with too many refusals', async () => {
    const { onEvent, refusals } = listener();
    const app = host({ onEvent, addressLimit: { perMinute: 1 } }, answer);
    await request(app).get('/tokens').expect(401);
    await request(app).get('/tokens').expect(429);
    expect(refusals()).toEqual([
      { type: 'refused', status: 401, code: 'missing_credentials', requestId: 'request-1' },
      { type: 'refused', status: 429, code: 'rate_limited', requestId: 'request-1' },
    ]);
  });

  it('of a store of users that is down', async () => {
    const { onEvent, refusals } = listener();
    const down = () => Promise.reject(new StoreUnavailableError());
    await request(host({ onEvent, users: { ...memoryUsers(), getOrCreate: down } }, answer))
      .get('/tokens')
      .set(signed)
      .expect(503);
    expect(refusals()).toEqual([
      { type: 'refused', status: 503, code: 'store_unavailable', requestId: 'request-1', proven },
    ]);
  });
});

it("a refusal that a host's handler makes is told by problemDetails", async () => {
  const { onEvent, refusals } = listener();
  await request(host({ onEvent }, (port) => port.problemDetails))
    .get('/own')
    .set(signed)
    .expect(403);
  expect(refusals()).toEqual([
    { type: 'refused', status: 403, code: 'not_owner', requestId: 'request-1', proven },
  ]);
});

it('an id that is made for a request is the same in its event and in its answer', async () => {
  const { onEvent, refusals } = listener();
  const port = sallyport({ ...ours, onEvent });
  const { body } = await request(express().use(port, port.problemDetails)).get('/').expect(401);
  expect(refusals()).toMatchObject([{ requestId: body.requestId }]);
});

describe('parts that are mounted alone', () => {
  const verifier = jwtVerifier({ issuer, audience, keys });
  const get = (...handlers: RequestHandler[]) => ({
    with: (onEvent?: OnEvent) =>
      request(
        express()
          .get('/:id', ...handlers)
          .use(problemDetails(onEvent && { onEvent })),
      )
        .get('/user_2')
        .set(signed)
        .expect(403),
  });

  it('tell by the listener of authenticate, once', async () => {
    const { onEvent, refusals } = listener();
    await get(authenticate({ verifier, onEvent }), requireOwner('id')).with(onEvent);
    expect(refusals()).toMatchObject([{ code: 'not_owner', proven }]);
  });

  it('leave it to problemDetails where they have nobody to tell', async () => {
    const { onEvent, refusals } = listener();
    const chain = [
      rateLimit({ by: 'address' }),
      authenticate({ verifier }),
      provisionUser({ users: memoryUsers() }),
    ];
    await get(...chain, requireOwner('id')).with(onEvent);
    expect(refusals()).toMatchObject([{ code: 'not_owner', proven }]);
  });
});

it('a listener that rejects ends nothing', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  const onEvent: () => unknown = () => Promise.reject(new Error('listener'));
  const port = sallyport({ ...ours, onEvent });
  await request(express().use(port, port.problemDetails)).get('/').expect(401);
  await new Promise(setImmediate);
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
