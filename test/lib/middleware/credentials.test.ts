import express from 'express';
import { apiKey, authenticate, bearer, sallyport, type Extractor, type OptionsWithoutUsers } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const { issuer, audience, keys, token } = createTestIssuer();
const ours = { issuer, audience, keys };
const header: Extractor = ({ headers }) => {
  const credential = headers?.['x-access-token'];
  return typeof credential === 'string' ? { kind: 'token', credential } : undefined;
};

function appWith(options: Partial<OptionsWithoutUsers>) {
  const port = sallyport({ ...ours, ...options } as OptionsWithoutUsers);
  return express()
    .use(port, ({ auth }, response) => void response.json({ subject: auth?.subject }))
    .use(port.problemDetails);
}

describe('credentials of sallyport', () => {
  it('say where a token is taken from', async () => {
    const app = appWith({ credentials: [header] });
    await request(app).get('/').set('X-Access-Token', token()).expect(200, { subject: 'user_1' });
    await request(app).get('/').set('Authorization', `Bearer ${token()}`).expect(401);
    await request(app).get('/').set('X-Access-Token', 'a b').expect(401);
  });

  it('of two kinds at once are ambiguous', async () => {
    const app = appWith({ credentials: [bearer(), header] });
    const both = { 'X-Access-Token': token(), Authorization: `Bearer ${token()}` };
    const { body } = await request(app).get('/').set(both).expect(400);
    expect(body.code).toBe('invalid_request');
  });

  it('that nothing here can judge are a bug, also where they look like a token', async () => {
    const app = appWith({ credentials: [apiKey()] });
    const { body } = await request(app).get('/').set('X-API-Key', token()).expect(500);
    expect(body.code).toBe('internal');
  });

  it.each([[], 'Authorization', [undefined], { bearer }])('are refused at mount as %j', (credentials) => {
    expect(() => appWith({ credentials: credentials as never })).toThrow('"credentials" must be a list');
    const verifier = () => Promise.reject(new Error('never asked'));
    expect(() => authenticate({ credentials: credentials as never, verifier })).toThrow('"credentials"');
  });
});
