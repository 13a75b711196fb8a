import express, { type RequestHandler } from 'express';
import { rateLimit as expressRateLimit } from 'express-rate-limit';
import { authenticate, problemDetails, rateLimit } from 'sallyport';
import request from 'supertest';
import { tokenProof } from '../../support/proofs';

const NAMES = ['ratelimit', 'ratelimit-policy', 'retry-after'];
const key = JSON.stringify(['https://issuer.test', 'ada']);

/** The headers that say the limit, of four requests under a limit of three. */
async function headersBehind(limit: RequestHandler): Promise<unknown[]> {
  const app = express();
  const verifier = () => Promise.resolve(tokenProof({ issuer: 'https://issuer.test', subject: 'ada' }));
  app.use(authenticate({ verifier }), limit, (_request, response) => void response.send('ok'));
  app.use(problemDetails());
  const all = [];
  for (let count = 0; count < 4; count += 1) {
    const { status, headers } = await request(app).get('/').set('Authorization', 'Bearer a.b.c');
    all.push([status, ...NAMES.map((name) => headers[name] as unknown)]);
  }
  return all;
}

it('are those of express-rate-limit, byte for byte', async () => {
  const theirs = expressRateLimit({
    windowMs: 60_000,
    limit: 3,
    identifier: 'subject',
    keyGenerator: () => key,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: false,
  });
  const ours = await headersBehind(rateLimit({ by: 'subject', perMinute: 3 }));
  expect(ours.at(-1)).toEqual([429, expect.stringContaining('r=0'), expect.stringContaining('pk=:'), '60']);
  expect(ours).toEqual(await headersBehind(theirs));
});

it('of two limits stand side by side, each under its name', async () => {
  const app = express();
  const verifier = () => Promise.resolve(tokenProof({ issuer: 'https://issuer.test', subject: 'ada' }));
  app.use(authenticate({ verifier }));
  for (const perMinute of [7, 3, 5]) app.use(rateLimit({ by: 'subject', perMinute }));
  app.use((_request, response) => void response.send('ok'));
  const { headers } = await request(app).get('/').set('Authorization', 'Bearer a.b.c').expect(200);
  expect(headers['ratelimit']).toBe('"subject"; r=6; t=60, "subject"; r=2; t=60, "subject"; r=4; t=60');
});

it('never say more than a minute, however floating-point numbers are rounded', async () => {
  const uneven = 5536.432999999999;
  expect(uneven + 60_000 - uneven).toBeGreaterThan(60_000);
  const now = jest.spyOn(performance, 'now').mockReturnValue(uneven);
  const [[, limit]] = (await headersBehind(rateLimit({ by: 'subject', perMinute: 3 }))) as [unknown[]];
  now.mockRestore();
  expect(limit).toBe('"subject"; r=2; t=60');
});

it('tell a refused client to wait where the clock of the shared store is behind', async () => {
  const store = {
    increment: () => Promise.resolve({ totalHits: 4, resetTime: new Date(Date.now() - 3_600_000) }),
    decrement: () => Promise.resolve(),
    resetKey: () => Promise.resolve(),
  };
  const answers = await headersBehind(rateLimit({ by: 'subject', perMinute: 3, store }));
  expect(answers[0]).toEqual([429, '"subject"; r=0; t=1', expect.stringContaining('q=3; w=60'), '1']);
});

it.each<[string, () => Date | undefined]>([
  ['does not tell its end', () => undefined],
  ['says that it ends in an hour', () => new Date(Date.now() + 3_600_000)],
])('say a whole window where the shared store %s', async (_, resetTime) => {
  let totalHits = 0;
  const store = {
    increment: () => Promise.resolve({ totalHits: ++totalHits, resetTime: resetTime() }),
    decrement: () => Promise.resolve(),
    resetKey: () => Promise.resolve(),
  };
  const answers = await headersBehind(rateLimit({ by: 'subject', perMinute: 3, store }));
  expect(answers.at(-1)).toEqual([
    429,
    expect.stringContaining('r=0; t=60'),
    expect.stringContaining('q=3; w=60'),
    '60',
  ]);
});
