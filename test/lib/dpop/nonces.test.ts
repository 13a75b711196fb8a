import express from 'express';
import { memoryReplays, sallyport } from 'sallyport';
import { dpopNonces, type DpopNonces } from 'sallyport/dpop';
import { createDpopClient, createTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { listening } from '../../support/listening';
import { send } from '../../support/send';

const { issuer, audience, keys, token } = createTestIssuer();
const client = createDpopClient();
const bound = token({ cnf: { jkt: client.jkt } });
const secret = 'a secret of more than thirty-two characters';

afterAll(cleanUp);

async function served(nonces: DpopNonces) {
  const port = sallyport({ issuer, audience, keys, dpop: { nonces }, replays: memoryReplays() });
  const server = await listening(
    express()
      .get('/', port, (_request, response) => void response.json({}))
      .use(port.problemDetails),
  );
  later(() => {
    port.close();
    return server.close();
  });
  return `${server.url}/`;
}

const withNonce = (url: string, nonce: unknown, claims: object = {}) =>
  send(url, {
    headers: {
      Authorization: `DPoP ${bound}`,
      DPoP: client.proof({ url, token: bound }, { ...(nonce !== undefined && { nonce }), ...claims }),
    },
  });

it('is wanted in each proof, given with the refusal, and renewed with each answer', async () => {
  const url = await served(dpopNonces({ secret }));
  const first = await withNonce(url, undefined);
  expect(first).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  expect(first.headers['www-authenticate']).toMatch(
    /^Bearer realm="api", DPoP realm="api", error="use_dpop_nonce", algs="/,
  );
  const nonce = first.headers['dpop-nonce'];
  expect(nonce).toMatch(/^[\w-]{30}$/);
  const second = await withNonce(url, nonce);
  expect(second.status).toBe(200);
  expect(second.headers['dpop-nonce']).toMatch(/^[\w-]{30}$/);
  expect((await client.fetch(bound, url)).status).toBe(200);
});

it.each([
  ['of nobody', 'x'],
  ['of 30 characters', 'A'.repeat(30)],
  ['that is empty', ''],
  ['that is a number', 1],
  ['that is null', null],
  ['under another secret', dpopNonces({ secret: 's'.repeat(40) }).issue()],
  ['that is too old', dpopNonces({ secret, now: () => Date.now() - 400_000 }).issue()],
  ['of the future', dpopNonces({ secret, now: () => Date.now() + 400_000 }).issue()],
  ['with another time', `B${dpopNonces({ secret }).issue().slice(1)}`],
  ['with something behind', `${dpopNonces({ secret }).issue()}A`],
])('a nonce %s is refused with another one', async (_name, nonce) => {
  const url = await served(dpopNonces({ secret }));
  const answer = await withNonce(url, nonce);
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toContain('error="use_dpop_nonce"');
  expect((await withNonce(url, answer.headers['dpop-nonce'])).status).toBe(200);
});

it('tells the age of a proof in place of a clock that is wrong, and does not make it count twice', async () => {
  const nonces = dpopNonces({ secret });
  const url = await served(nonces);
  expect((await withNonce(url, nonces.issue(), { iat: 1 })).status).toBe(200);
  expect((await withNonce(url, nonces.issue(), { iat: Math.floor(Date.now() / 1000) + 86_400 })).status).toBe(
    200,
  );
  expect((await withNonce(url, nonces.issue(), { iat: 'now' })).status).toBe(401);
  const nonce = nonces.issue();
  expect((await withNonce(url, nonce, { jti: 'one' })).status).toBe(200);
  expect((await withNonce(url, nonce, { jti: 'one' })).status).toBe(401);
  expect((await withNonce(url, nonce, { jti: 'two' })).status).toBe(200);
});

it('is accepted by every instance that has the secret, text or bytes', () => {
  const nonce = dpopNonces({ secret }).issue();
  expect(dpopNonces({ secret: Buffer.from(secret) }).accepts(nonce)).toBe(true);
});

it.each<[object, RegExp]>([
  [{}, /"secret" must have at least 32/],
  [{ secret: 'short' }, /"secret" must have at least 32/],
  [{ secret: 32 }, /"secret" must have at least 32/],
  [{ secret, lifetimeSeconds: 0 }, /"lifetimeSeconds" must be more than 0/],
  [{ secret, lifetimeSeconds: Infinity }, /"lifetimeSeconds" must be more than 0/],
  [{ secret, seconds: 1 }, /unknown option "seconds"/],
])('refuses the options %j at mount', (options, message) => {
  expect(() => dpopNonces(options as never)).toThrow(message);
});
