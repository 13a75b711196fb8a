import express, { type RequestHandler } from 'express';
import createError from 'http-errors';
import { memoryUsers, problemDetails, sallyport } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const { issuer, audience, keys, token } = createTestIssuer();

const failing = (failure: unknown) => {
  const fail: RequestHandler = () => {
    throw failure;
  };
  return request(
    express()
      .use(fail)
      .use(problemDetails({ realm: 'notes' })),
  ).get('/');
};

describe("a host's own refusal, in the form of http-errors", () => {
  it.each([
    [400, 'bad_request'],
    [402, 'payment_required'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [409, 'conflict'],
    [410, 'gone'],
    [418, 'im_a_teapot'],
    [422, 'unprocessable_entity'],
    [429, 'too_many_requests'],
  ])('of status %i is said as it is, with the code %s', async (status, code) => {
    const { body, headers } = await failing(createError(status, 'name is taken')).expect(status);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({ status, code, detail: 'name is taken' });
  });

  it('keeps a message to itself that is not to be exposed', async () => {
    const { body, text } = await failing(createError(409, 'row 17 of db-3', { expose: false })).expect(409);
    expect(body).toMatchObject({ code: 'conflict', title: 'Conflict', detail: 'Conflict.' });
    expect(text).not.toContain('db-3');
  });

  it('of a status that nobody knows is told as a bad request under that status', async () => {
    const { body } = await failing(createError(499, 'gone away')).expect(499);
    expect(body).toMatchObject({ status: 499, code: 'bad_request', detail: 'gone away' });
  });

  it('keeps its headers, but for those that say how the body is framed, kept or whose session it is', async () => {
    const headers = {
      Allow: ['GET', 'HEAD'],
      'Retry-After': 3,
      'X-Reason': 'quota',
      'Content-Length': '4711',
      'Content-Encoding': 'gzip',
      'Transfer-Encoding': 'chunked',
      'Cache-Control': 'public',
      'Set-Cookie': 'session=of-another-server',
      'X-Split': 'a\r\nSet-Cookie: b',
      'X Bad': 'name',
      'X-Object': {},
    };
    const answer = await failing(createError(405, 'no', { headers })).expect(405);
    expect(answer.headers).toMatchObject({ allow: 'GET, HEAD', 'retry-after': '3', 'x-reason': 'quota' });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(Object.keys(answer.headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(set-cookie|content-encoding|x-split|x-object)$/)]),
    );
    expect(answer.body.detail).toBe('no');
  });

  it('has the challenge that a 401 needs, its own or ours', async () => {
    const without = await failing(createError(401, 'sign in')).expect(401);
    expect(without.headers['www-authenticate']).toBe('Bearer realm="notes"');
    expect(without.body.code).toBe('unauthorized');
    const own = createError(401, 'sign in', { headers: { 'WWW-Authenticate': 'Basic realm="x"' } });
    const { headers } = await failing(own).expect(401);
    expect(headers['www-authenticate']).toBe('Basic realm="x"');
  });

  it.each([500, 502, 503])(
    'of status %i is a bug or an outage of the host, said as nothing',
    async (status) => {
      const { body, text } = await failing(createError(status, 'db-3 is down', { expose: true })).expect(500);
      expect(body.code).toBe('internal');
      expect(text).not.toContain('db-3');
    },
  );
});

it.each([
  ['undici', { status: 401, statusCode: 401, code: 'UND_ERR_RESPONSE_STATUS_CODE', headers: {}, body: null }],
  ['axios', { status: 404, response: { status: 404 } }],
  ['a status that is no number', { status: '404', statusCode: '404', expose: true }],
  ['a status beyond the table', { status: 200, statusCode: 200, expose: true }],
  ['no whole status', { status: 404.5, statusCode: 404.5, expose: true }],
])('what another server answered the host (%s) is no refusal of the host', async (_name, properties) => {
  const upstream = Object.assign(new Error('private'), properties);
  const { body, text } = await failing(upstream).expect(500);
  expect(body.code).toBe('internal');
  expect(text).not.toContain('private');
});

it('a body that cannot be unpacked is malformed, without the words of the library', async () => {
  const app = express().use(express.json(), problemDetails());
  const { body } = await request(app)
    .post('/')
    .set({ 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
    .send('not gzip at all')
    .expect(400);
  expect(body).toMatchObject({ code: 'invalid_request', detail: 'The request is malformed.' });
});

describe('an error handler of the host that reads http-errors, as that of NestJS does', () => {
  /** BaseExceptionFilter of @nestjs/core 11: the status is `statusCode`, the headers are left as they are. */
  const nest: express.ErrorRequestHandler = (
    error: { statusCode?: number; message: string },
    _request,
    response,
    next,
  ) => {
    const { statusCode = 500, message } = error;
    if (response.headersSent) next(error);
    else response.status(statusCode).json({ statusCode, message });
  };
  const port = sallyport({ issuer, audience, keys, users: memoryUsers(), realm: 'notes' });
  const app = express()
    .use(port)
    .get('/:userId', port.requireOwner('userId'), (_request, response) => void response.json({}))
    .get('/of/admin', port.requireScope('admin'))
    .use(nest);

  it('answers 401 with the challenge', async () => {
    const { headers } = await request(app).get('/user_1').expect(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="notes"');
    const bad = await request(app).get('/user_1').set('Authorization', 'Bearer a.b.c').expect(401);
    expect(bad.headers['www-authenticate']).toBe('Bearer realm="notes", error="invalid_token"');
  });

  it('answers 403', async () => {
    const signed = { Authorization: `Bearer ${token()}` };
    await request(app).get('/user_2').set(signed).expect(403);
    await request(app).get('/of/admin').set(signed).expect(403);
  });
});
