import express, { type RequestHandler } from 'express';
import { authenticate, jwtVerifier, problemDetails, rateLimit, sallyport } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import { enterLimits, type Limit } from '../../../lib/passage/limits';
import { passageOf } from '../../../lib/passage/passage';
import { cleanUp, later } from '../../support/clean-up';
import { listening } from '../../support/listening';

afterAll(cleanUp);

const { issuer, audience, keys, token } = createTestIssuer();
const expired = token({ iat: 1, exp: 2 });

/** Gives the status of an answer to a bearer token; 0 where none came within two seconds. */
async function behind(...handlers: RequestHandler[]) {
  const app = express().set('env', 'test');
  app.use(...handlers, (_request, response) => void response.json({}));
  app.use(problemDetails());
  const { url, close } = await listening(app);
  later(close);
  return (sent: string): Promise<number> => {
    const headers = { authorization: `Bearer ${sent}` };
    return fetch(url, { headers, signal: AbortSignal.timeout(2000) }).then(
      ({ status }) => status,
      () => 0,
    );
  };
}

const limit = (more: Partial<Limit>): Limit => ({
  order: 0,
  enter: () => undefined,
  leave: () => undefined,
  admit: () => undefined,
  refused: () => undefined,
  ...more,
});
/** A limit of another kind on the way of each request. */
const beside =
  (other: Limit): RequestHandler =>
  (request, _response, next) => {
    const passage = passageOf(request);
    passage.limits = [...passage.limits, other];
    next();
  };
const verified = authenticate({ verifier: jwtVerifier({ issuer, audience, keys }) });

it('count once where the limiter is mounted twice', async () => {
  const { refusals } = rateLimit({ by: 'subject', perMinute: 2 });
  const ask = await behind(refusals, refusals, verified);
  expect([await ask(expired), await ask(expired), await ask(expired)]).toEqual([401, 401, 429]);
});

it.each<[string, unknown]>([
  ['nothing', undefined],
  ['no hit', { totalHits: 0, resetTime: new Date() }],
  ['half a hit', { totalHits: 1.5, resetTime: new Date() }],
  ['endless hits', { totalHits: Infinity, resetTime: new Date() }],
  ['no number', { totalHits: '1', resetTime: new Date() }],
  ['a time that is no date', { totalHits: 1, resetTime: Date.now() }],
  ['an invalid date', { totalHits: 1, resetTime: new Date(NaN) }],
])('are counted in this process while a shared store answers %s', async (_, nonsense) => {
  const store = {
    increment: () => Promise.resolve(nonsense as never),
    decrement: () => undefined,
    resetKey: () => undefined,
  };
  const onEvent = jest.fn();
  const port = sallyport({ issuer, audience, keys, subjectLimit: { store, perMinute: 2 }, onEvent });
  const ask = await behind(port);
  expect([await ask(expired), await ask(expired), await ask(expired)]).toEqual([401, 401, 429]);
  expect([await ask(token()), await ask(token()), await ask(token())]).toEqual([200, 200, 429]);
  expect(onEvent).toHaveBeenCalledWith({ type: 'limiter_failed' });
});

it('give back the place of their address when a limiter throws', async () => {
  let isBroken = true;
  const broken = limit({
    refused() {
      if (isBroken) throw new Error('planted');
      return undefined;
    },
  });
  const ask = await behind(rateLimit({ by: 'address', perMinute: 1 }), beside(broken), verified);
  expect(await ask(expired)).toBe(500);
  isBroken = false;
  expect(await ask(token())).toBe(200);
});

it('leave the limits that were entered when one fails to be', async () => {
  const left = jest.fn();
  const failing = limit({ enter: () => Promise.reject(new Error('planted')) });
  const turn = enterLimits([limit({ leave: left }), failing], {} as never, {} as never);
  await expect(turn).rejects.toThrow('planted');
  expect(left).toHaveBeenCalledTimes(1);
});
