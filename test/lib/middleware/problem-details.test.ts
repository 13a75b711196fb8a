import express, { type RequestHandler } from 'express';
import {
  InvalidRequestError,
  KeysUnavailableError,
  MissingCredentialsError,
  problemDetails,
  SallyportError,
  type ProblemDetailsOptions,
  type SallyportEvent,
} from 'sallyport';
import request from 'supertest';

/** What a host's own failure looks like: a class of its own with a code of its own. */
class OutOfStockError extends SallyportError {
  readonly status = 409;
  readonly code = 'out_of_stock';
  readonly title = 'Out of stock';
  override readonly extensions = { left: 0 };
}

const failing = (failure: unknown, options?: ProblemDetailsOptions) => {
  const fail: RequestHandler = () => {
    throw failure;
  };
  return express().use(fail).use(problemDetails(options));
};

describe('problemDetails', () => {
  it('answers with RFC 9457 and the members of our contract', async () => {
    const { body, headers, status } = await request(failing(new InvalidRequestError('No such page.'))).get(
      '/',
    );
    expect(status).toBe(400);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      type: 'urn:sallyport:problem:invalid_request',
      title: 'Invalid request',
      status: 400,
      detail: 'No such page.',
      code: 'invalid_request',
      requestId: expect.stringMatching(/./),
    });
  });

  it('serves failures of the host as well, with their further members', async () => {
    const { body } = await request(failing(new OutOfStockError('None left.')))
      .get('/')
      .expect(409);
    expect(body).toMatchObject({ code: 'out_of_stock', left: 0 });
  });

  it('challenges in the realm it is given', async () => {
    const app = failing(new MissingCredentialsError(), { realm: 'analyzer' });
    const { headers } = await request(app).get('/').expect(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="analyzer"');
  });

  it('says when to come back', async () => {
    const { headers } = await request(failing(new KeysUnavailableError(7)))
      .get('/')
      .expect(503);
    expect(headers['retry-after']).toBe('7');
  });

  it('repeats the id that the host gave the request', async () => {
    const name: RequestHandler = (_request, response, next) => {
      response.set('X-Request-Id', 'abc');
      next();
    };
    const { body } = await request(express().use(name, failing(new MissingCredentialsError()))).get('/');
    expect(body.requestId).toBe('abc');
  });

  const secret = 'connect ECONNREFUSED mongodb://user:hunter2@db/';
  it.each([
    ['an error of a library', new Error(secret)],
    ['a string', secret],
    ['null', null],
    [
      'an error that claims to be a 401',
      Object.assign(new Error(secret), { status: 401, statusCode: 401, code: secret }),
    ],
    [
      'an error with a status beyond our table',
      Object.assign(new Error(secret), { status: 418, statusCode: 418 }),
    ],
    ['an object that only looks like an error', { status: 401, message: secret }],
  ])('never repeats what %s says', async (_name, failure) => {
    const { headers, text } = await request(failing(failure)).get('/');
    expect(text + JSON.stringify(headers)).not.toContain('hunter2');
  });

  it('answers 500 internal for what it cannot name, and hands it whole to the log', async () => {
    const cause = new Error(secret);
    const onError = jest.fn();
    const { body } = await request(failing(cause, { onError })).get('/').expect(500);
    expect(body.code).toBe('internal');
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ code: 'internal', cause });
    expect(onError.mock.calls[0]?.[2]).toBe(body.requestId);
  });

  it.each([401, 403, 404])(
    'takes what another server answered us, %d, for no answer of ours',
    async (status) => {
      const upstream = Object.assign(new Error('Request failed'), { status, response: { status } });
      const { body } = await request(failing(upstream)).get('/').expect(500);
      expect(body.code).toBe('internal');
    },
  );

  it('answers even when the log throws', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const onError = () => {
      throw new Error('disk full');
    };
    await request(failing(new Error('x'), { onError }))
      .get('/')
      .expect(500);
    expect(warn.mock.calls[0]?.[0]).toMatchObject({ code: 'internal', cause: { message: 'disk full' } });
    warn.mockRestore();
  });

  it.each([
    ['malformed JSON', '{"a":', 'application/json', 400, 'invalid_body'],
    ['a body over the limit', `"${'x'.repeat(200)}"`, 'application/json', 413, 'body_too_large'],
    ['an unknown charset', '{}', 'application/json; charset=ebcdic', 415, 'unsupported_media_type'],
  ])('names what a body parser says of %s', async (_name, body, type, status, code) => {
    const app = express().use(express.json({ limit: 100, strict: false }), problemDetails());
    const answer = await request(app).post('/').set('Content-Type', type).send(body);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  });

  it('takes a path that cannot be decoded for a malformed request', async () => {
    const app = express()
      .get('/:id', (_request, response) => void response.end())
      .use(problemDetails());
    const { body } = await request(app).get('/%E0').expect(400);
    expect(body.code).toBe('invalid_request');
  });

  it('tells each refusal once, with status and code', async () => {
    const events: SallyportEvent[] = [];
    const app = failing(new MissingCredentialsError(), { onEvent: (event) => events.push(event) });
    await request(app).get('/');
    const requestId = expect.stringMatching(/./);
    expect(events).toEqual([{ type: 'refused', status: 401, code: 'missing_credentials', requestId }]);
  });

  it.each([{ realm: 'a"b' }, { realm: '' }, { realm: 'a\r\nb' }, { relm: 'x' }])(
    'refuses the options %j at mount',
    (options) => {
      expect(() => problemDetails(options as object)).toThrow(TypeError);
    },
  );
});

it('leaves an answer that has begun to Express, which cuts it off', async () => {
  const failed = jest.fn();
  const app = express()
    .use((_request, response, next) => {
      response.write('half of ', () => next(new Error('the disk is gone')));
    })
    .use(problemDetails({ onError: failed }));
  app.set('env', 'test');
  await expect(request(app).get('/')).rejects.toMatchObject({ message: 'aborted' });
  expect(failed).toHaveBeenCalledTimes(1);
});
