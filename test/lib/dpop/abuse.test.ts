import express from 'express';
import { memoryReplays, sallyport, type OptionsWithoutUsers, type ReplayStore } from 'sallyport';
import { createDpopClient, createTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { listening } from '../../support/listening';
import { send } from '../../support/send';

const { issuer, audience, keys, token } = createTestIssuer();
const client = createDpopClient();
const bound = token({ cnf: { jkt: client.jkt } });
afterAll(cleanUp);

function counting(): { readonly store: ReplayStore; readonly claims: () => number } {
  const replays = memoryReplays();
  let claims = 0;
  return {
    store: {
      ...replays,
      claim(...given) {
        claims += 1;
        return replays.claim(...given);
      },
    },
    claims: () => claims,
  };
}

async function served(options: Partial<OptionsWithoutUsers>, guests = false) {
  const port = sallyport({ issuer, audience, keys, dpop: true, ...options } as OptionsWithoutUsers);
  const server = await listening(
    express()
      .use(guests ? port.optional : port)
      .use(({ auth }, response, next) => {
        if (response.headersSent) next();
        else response.json({ of: auth?.subject ?? null });
      })
      .use(port.problemDetails),
  );
  later(() => {
    port.close();
    return server.close();
  });
  return `${server.url}/`;
}

it.each([
  ['one after the other', false],
  ['all at once', true],
])('a caller over the subject limit fills no replay store: %s', async (_name, atOnce) => {
  const { store, claims } = counting();
  const url = await served({ replays: store, subjectLimit: { perMinute: 5 } });
  const ask = () => send(url, { headers: client.headers(bound, { url }) });
  const statuses: number[] = [];
  if (atOnce)
    statuses.push(...(await Promise.all(Array.from({ length: 10 }, ask))).map(({ status }) => status));
  for (let count = 0; count < 40; count += 1) statuses.push((await ask()).status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(statuses.length - 5);
  // The requests that were under way when the limit was reached, and none later.
  expect(claims()).toBeLessThanOrEqual(atOnce ? 16 : 6);
  const late = await ask();
  expect(late.headers['retry-after']).toBeDefined();
  expect(late.headers['ratelimit']).toBeDefined();
});

it('counts no proof against its subject whose sender does not hold the key', async () => {
  const url = await served({ replays: memoryReplays(), subjectLimit: { perMinute: 5 } });
  const thief = createDpopClient();
  for (let count = 0; count < 10; count += 1)
    expect((await send(url, { headers: thief.headers(bound, { url }) })).status).toBe(401);
  expect((await send(url, { headers: client.headers(bound, { url }) })).status).toBe(200);
});

describe("a route for guests under dpop: 'required'", () => {
  it.each([
    ['a garbage token', 'Bearer x', '401 missing_credentials'],
    ['a good token', `Bearer ${token()}`, '401 missing_credentials'],
    ['a bound token', `Bearer ${bound}`, '401 missing_credentials'],
    ['a malformed header', 'Bearer', '401 missing_credentials'],
    ['no proof', `DPoP ${bound}`, '401 invalid_token'],
  ])('refuses %s', async (_name, Authorization, answer) => {
    const url = await served({ dpop: 'required', replays: memoryReplays() }, true);
    const { status, body, headers } = await send(url, { headers: { Authorization } });
    expect(`${String(status)} ${String(body['code'])}`).toBe(answer);
    expect(headers['www-authenticate']).toMatch(/^DPoP realm="api"/);
  });

  it('serves guests, and callers with a proof', async () => {
    const url = await served({ dpop: 'required', replays: memoryReplays() }, true);
    expect((await send(url)).body).toEqual({ of: null });
    expect((await send(url, { headers: client.headers(bound, { url }) })).body).toEqual({ of: 'user_1' });
  });
});
