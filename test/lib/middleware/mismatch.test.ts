import express from 'express';
import { jwtVerifier, memoryUsers, sallyport, type SallyportEvent, type SallyportOptions } from 'sallyport';
import { createTestIssuer, signToken } from 'sallyport/testing';
import request from 'supertest';

const issuer = createTestIssuer();
const { audience, keys, token } = issuer;
const other = createTestIssuer({ issuer: 'https://other.test' });
const one = { issuer: issuer.issuer, audience, keys };
const owner = ({ subject }: { subject: string }) => subject;

/** The event of the refusal, and what the caller is told. */
async function refusal(made: string, options: object = one) {
  const events: SallyportEvent[] = [];
  const port = sallyport({
    users: memoryUsers(),
    onEvent: (event: SallyportEvent) => void events.push(event),
    ...options,
  } as SallyportOptions);
  const app = express().get('/', port, (_request, response) => void response.json({}));
  app.use(port.problemDetails);
  const { text } = await request(app).get('/').set('Authorization', `Bearer ${made}`).expect(401);
  port.close();
  return { event: events.find(({ type }) => type === 'refused'), text };
}

it('a wrong issuer: what was expected, and what came', async () => {
  const { event, text } = await refusal(token({ iss: 'https://issuer.test/' }));
  expect(event).toMatchObject({
    reason: 'unknown_issuer',
    expected: 'https://issuer.test',
    received: 'https://issuer.test/',
  });
  expect(event).not.toHaveProperty('proven');
  expect(text).not.toContain('issuer.test');
});

it.each<[string, unknown, string | undefined]>([
  ['another', 'https://elsewhere.example', 'https://elsewhere.example'],
  ['several', ['account', 'web'], '["account","web"]'],
  ['none', undefined, undefined],
  ['null', null, 'null'],
])('a wrong audience, %s: whose token it is, too', async (_what, aud, received) => {
  const { event, text } = await refusal(token({ aud }), { ...one, audience: ['api', 'https://api.example'] });
  expect(event).toMatchObject({
    reason: 'audience',
    expected: 'api, https://api.example',
    proven: { issuer: issuer.issuer, subject: issuer.subject },
  });
  expect((event as { received?: string }).received).toBe(received);
  expect(text).not.toContain('api.example');
});

it('of several issuers all are named, aliases and tenants too', async () => {
  const issuers = [
    { ...one, aliases: ['issuer.test'] },
    { issuer: 'https://login.example/{tid}/v2.0', tenants: 'any', audience, keys: other.keys },
  ];
  const { event } = await refusal(token({ iss: 'https://nobody.test' }), { issuers, owner });
  expect(event).toMatchObject({
    expected: 'https://issuer.test, issuer.test, https://login.example/{tid}/v2.0',
    received: 'https://nobody.test',
  });
});

it('of a tenant the claim is told that decided', async () => {
  const family = { issuer: 'https://login.example/{tid}', tenants: ['a'], audience, keys };
  const { event } = await refusal(token({ iss: 'https://login.example/a', tid: 'b' }), { ...family, owner });
  expect(event).toMatchObject({
    expected: 'https://login.example/a',
    received: '{"iss":"https://login.example/a","tid":"b"}',
  });
});

it.each<[string, string]>([
  ['a token', token()],
  ['a part of a token', `x ${token().slice(0, 60)}`],
  ['a token without the usual beginning', token().slice(3)],
  ['an API key', `sp_${'0'.repeat(17)}_${'a'.repeat(49)}`],
  ['a PEM', issuer.publicKeyPem()],
])('%s in place of an issuer or audience is not repeated', async (_what, secret) => {
  for (const claims of [{ iss: secret }, { aud: secret }, { aud: ['x', secret] }]) {
    const { event } = await refusal(token(claims));
    const { received } = event as { received: string };
    expect(received).toContain('[redacted]');
    expect(received).not.toContain(secret.slice(5, 30));
  }
});

it.each(['iss', 'tid'])('an %s that is nested too deep to be written is a 401 as ever', async (claim) => {
  const nested = '['.repeat(5600) + ']'.repeat(5600);
  const family = { issuer: 'https://login.example/{tid}', tenants: ['a'], audience, keys, owner };
  const { kid, privateKey } = issuer.signingKey();
  const claims = `{"iss":"https://login.example/a","sub":"x","exp":9e9,"${claim}":${nested}}`;
  const { event } = await refusal(signToken({ alg: 'RS256', kid }, claims, privateKey), family);
  expect(event).toMatchObject({ reason: 'unknown_issuer', received: 'nested too deep to be shown' });
});

it('is cut to 200 characters, and steers no terminal', async () => {
  const { event } = await refusal(token({ iss: `\u001b[31m\nred ${'x y'.repeat(200)}` }));
  const { received } = event as { received: string };
  expect(received).toHaveLength(200);
  expect(received).toMatch(/^\[31mred x y/);
});

it('nothing is told of other refusals', async () => {
  const { event } = await refusal(token({ exp: 1 }));
  expect(event).toMatchObject({ reason: 'expired' });
  expect(event).not.toHaveProperty('expected');
});

it('is cut and cleaned on the error too, which a host may log whole', async () => {
  const { kid, privateKey } = issuer.signingKey();
  const claims = { iss: token(), sub: 'x', exp: 9e9 };
  const made = signToken({ alg: 'RS256', kid }, claims, privateKey);
  const failure: unknown = await jwtVerifier(one)(made).catch((error: unknown) => error);
  expect(JSON.stringify(failure)).not.toContain(claims.iss.slice(0, 40));
});
