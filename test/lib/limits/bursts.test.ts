import express from 'express';
import { memoryUsers, nodeCrypto, sallyport, type SallyportOptions } from 'sallyport';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { burst, count, listening } from '../../support/burst';
import { cleanUp, later } from '../../support/clean-up';

afterEach(cleanUp);

let issuer: HttpTestIssuer;
beforeEach(async () => {
  issuer = await startTestIssuer();
  later(() => issuer.close());
});

async function server(perMinute: number, more: Pick<SallyportOptions, 'engine'> = {}) {
  const { issuer: name, audience } = issuer;
  const limits = { addressLimit: { perMinute }, subjectLimit: false as const };
  const port = sallyport({ issuer: name, audience, users: memoryUsers(), ...limits, ...more });
  later(() => port.close());
  const app = express().use(port, (_request, response) => void response.json({}));
  return { url: await listening(app.use(port.problemDetails)), port };
}

const good = (times: number) =>
  Array.from({ length: times }, (_, n) => `Bearer ${issuer.token({ sub: `user_${String(n)}` })}`);
/** Signed by a key of the right name and another issuer. */
const bad = (times: number) => {
  const [header, payload, signature = ''] = issuer.token().split('.');
  return Array.from(
    { length: times },
    (_, n) => `Bearer ${header!}.${payload!}.${String(n).padStart(4, '0')}${signature.slice(4)}`,
  );
};

describe.each<[string, Pick<SallyportOptions, 'engine'>]>([
  ['the default engine', {}],
  ['nodeCrypto', { engine: nodeCrypto() }],
])('a burst from one address, with %s', (_name, engine) => {
  it('of 800 bad tokens has no more of them verified than the limit', async () => {
    const { url } = await server(300, engine);
    expect(count(await burst(url, bad(800)))).toEqual({ 401: 300, 429: 500 });
  }, 30_000);
});

it('a thousand good tokens from one address are never in their own way, though the keys must be fetched and the limit is 10', async () => {
  const { url } = await server(10);
  expect(count(await burst(url, good(1000)))).toEqual({ 200: 1000 });
}, 30_000);

it('lets good tokens through beside bad ones as long as these leave something of the limit', async () => {
  const { url, port } = await server(20);
  await port.ready();
  const wrong = bad(19);
  const mixed = good(200).flatMap((token, n) => [token, ...wrong.slice(n, n + 1)]);
  expect(count(await burst(url, mixed))).toEqual({ 200: 200, 401: 19 });
});

it('answers all who wait when the limit is used up, and lets nobody in until the minute has passed', async () => {
  const { url } = await server(20);
  const counts = count(await burst(url, [...bad(100), ...good(20)]));
  expect(counts[401]).toBe(20);
  expect((counts[429] ?? 0) + (counts[200] ?? 0)).toBe(100);
  expect(await burst(url, good(1))).toEqual([429]);
});

it('gives places back in an outage: a burst that finds no keys gets 503, and counts for nothing', async () => {
  const { url } = await server(10);
  await issuer.fail();
  expect(count(await burst(url, good(100)))).toEqual({ 503: 100 });
});
