import express, { type Express } from 'express';
import {
  InternalError,
  memoryUsers,
  problemDetails,
  sallyport,
  type SallyportError,
  StoreUnavailableError,
  type SallyportOptions,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const { issuer, audience, keys, token } = createTestIssuer();
const bug = new Error('column "nmae" does not exist');

function appWith(options: Partial<SallyportOptions> = {}, env?: string): Express {
  const port = sallyport({ issuer, audience, keys, users: memoryUsers(), ...options } as SallyportOptions);
  const app = express();
  if (env !== undefined) app.set('env', env);
  return app
    .use((_request, response, next) => {
      response.set('X-Request-Id', 'request-1');
      next();
    })
    .use('/api', port)
    .get('/api/bug', () => {
      throw bug;
    })
    .get('/api/outage', () => {
      throw new StoreUnavailableError(1, { cause: bug });
    })
    .get('/api/notes/:owner', port.requireOwner('userId'))
    .use(port.problemDetails);
}

const get = (app: Express, path: string) => request(app).get(path).set('Authorization', `Bearer ${token()}`);

describe('onError of sallyport', () => {
  it.each([
    ['/api/bug', 500, 'internal'],
    ['/api/outage', 503, 'store_unavailable'],
  ])('is told what failed at %s, with its cause and the id of the request', async (path, status, code) => {
    const onError = jest.fn();
    const { body } = await get(appWith({ onError }), path).expect(status);
    expect(body).toMatchObject({ code, requestId: 'request-1' });
    const [error, failed, requestId] = onError.mock.calls[0] as [SallyportError, express.Request, string];
    expect(error).toMatchObject({ status, code, cause: bug });
    expect(failed.originalUrl).toBe(path);
    expect(requestId).toBe('request-1');
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it('is told of no refusal', async () => {
    const onError = jest.fn();
    await request(appWith({ onError })).get('/api/bug').expect(401);
    expect(onError).not.toHaveBeenCalled();
  });

  it('is told in clear words that a guard names a parameter which the route does not have', async () => {
    const onError = jest.fn();
    const { body } = await get(appWith({ onError }), '/api/notes/user_1').expect(500);
    expect(body).toMatchObject({ code: 'internal' });
    const [error] = onError.mock.calls[0] as [SallyportError];
    expect((error.cause as Error).message).toBe(
      'requireOwner: the route has no path parameter "userId"; it has "owner". ' +
        'A router sees the parameters of the path it is mounted on only with { mergeParams: true }.',
    );
  });

  it.each<[string, () => unknown]>([
    ['throws', throwing],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('changes no answer where it %s', async (_name, onError) => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { body } = await get(appWith({ onError }), '/api/bug').expect(500);
    expect(body.code).toBe('internal');
    expect(warn.mock.calls[0]?.[0]).toMatchObject({ code: 'internal', cause: { message: 'disk full' } });
    warn.mockRestore();
  });

  it('is refused at mount where it is no function', () => {
    expect(() => appWith({ onError: 'console' as never })).toThrow('"onError" must be a function');
    expect(() => problemDetails({ onError: 'console' as never })).toThrow('"onError" must be a function');
  });
});

function throwing(): never {
  throw new Error('disk full');
}

describe('without onError', () => {
  const written: string[] = [];

  beforeEach(() => {
    written.length = 0;
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  });
  afterEach(() => jest.restoreAllMocks());

  it("writes the host's own failure to stderr, as Express does it", async () => {
    await get(appWith({}, 'production'), '/api/bug').expect(500);
    expect(written).toEqual([`${String(bug.stack)}\n`]);
  });

  it('writes the causes of a failure, each with its stack', async () => {
    await get(appWith({}, 'development'), '/api/outage').expect(503);
    expect(written.join('')).toMatch(/^StoreUnavailableError: [^]+\n {2}caused by: Error: column "nmae"/);
    await get(appWith({}, 'development'), '/api/notes/user_1').expect(500);
    expect(written.join('')).toContain(
      'caused by: Error: requireOwner: the route has no path parameter "userId"',
    );
  });

  it('writes stacks only: what else an error carries may be a credential', async () => {
    const leaky = Object.assign(new Error('502 of upstream'), {
      config: { headers: { authorization: 's3cret' } },
    });
    const app = express()
      .use(() => {
        throw new InternalError({ cause: leaky });
      })
      .use(problemDetails());
    app.set('env', 'production');
    await request(app).get('/').expect(500);
    expect(written.join('')).toContain('502 of upstream');
    expect(written.join('')).not.toContain('s3cret');
  });

  it.each([
    ['a string', 'no error', 'no error\n'],
    ['null', null, 'null\n'],
  ])('writes what %s says that was thrown', async (_name, thrown, text) => {
    const app = express()
      .use((_request, _response, next) => {
        next(thrown ?? Object.assign(new Error(), { stack: 'null' }));
      })
      .use(problemDetails());
    app.set('env', 'production');
    await request(app).get('/').expect(500);
    expect(written).toEqual([text]);
  });

  it('ends with an error that is its own cause', async () => {
    const loop = new Error('loop');
    loop.cause = loop;
    const app = express()
      .use(() => {
        throw loop;
      })
      .use(problemDetails());
    app.set('env', 'production');
    await request(app).get('/').expect(500);
    expect(written.join('').match(/caused by/g)?.length).toBe(4);
  });

  it('writes nothing of a refusal, nor in a test', async () => {
    await request(appWith({}, 'production')).get('/api/bug').expect(401);
    await get(appWith({}, 'test'), '/api/bug').expect(500);
    expect(written).toEqual([]);
  });
});
