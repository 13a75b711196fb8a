import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { Express } from 'express';
import { createTestIssuer, startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import request from 'supertest';
import * as clerkExpress from './migrate/clerk-express.after';
import * as bearer from './migrate/express-oauth2-jwt-bearer.after';
import * as expressJwt from './migrate/express-jwt.after';
import * as passportJwt from './migrate/passport-jwt.after';

/** Before: plain JavaScript, since each library declares `req.auth` or `req.user` in its own way. */
const before = (name: string, options: object): Express =>
  jest
    .requireActual<{ createApp: (options: object) => Express }>(`./migrate/${name}.before.cjs`)
    .createApp(options);

const ask = (app: Express, path: string, token?: string) => {
  const asked = request(app).get(path);
  return token === undefined ? asked : asked.set('Authorization', `Bearer ${token}`);
};

describe('an app that moves here answers as before', () => {
  let server: HttpTestIssuer;
  let ours: { issuer: string; audience: string };
  beforeAll(async () => {
    server = await startTestIssuer();
    ours = { issuer: server.issuer, audience: 'test-audience' };
  });
  afterAll(() => server.close());
  const old = (name: string) => before(name, { ...ours, jwksUri: server.jwksUri });

  it('from express-oauth2-jwt-bearer', async () => {
    for (const app of [old('express-oauth2-jwt-bearer'), bearer.createApp(ours)]) {
      await ask(app, '/api/notes', server.token({ scope: 'notes:read' })).expect(200, { of: 'user_1' });
      await ask(app, '/api/notes', server.token()).expect(403);
      await ask(app, '/api/notes', server.token({ exp: 1 })).expect(401);
      await ask(app, '/api/notes').expect(401);
    }
  });

  it('from express-jwt', async () => {
    for (const app of [old('express-jwt'), expressJwt.createApp(ours)]) {
      await ask(app, '/api/notes', server.token({ scope: 'a notes:read' })).expect(200, { of: 'user_1' });
      await ask(app, '/api/notes', server.token()).expect(403);
      await ask(app, '/api/notes', server.token({ exp: 1 })).expect(401);
      await ask(app, '/api/notes').expect(401);
      await ask(app, '/api/news').expect(200, { for: 'everybody' });
    }
  });

  it('from passport-jwt', async () => {
    for (const app of [old('passport-jwt'), passportJwt.createApp(ours)]) {
      await ask(app, '/api/me', server.token()).expect(200, { of: 'user_1' });
      await ask(app, '/api/me', server.token({ aud: 'another' })).expect(401);
      await ask(app, '/api/me').expect(401);
    }
  });
});

it('an app that moves here from @clerk/express answers as before', async () => {
  const { issuer, jwks, token } = createTestIssuer({ like: 'clerk' });
  const [key] = (jwks() as { keys: JsonWebKey[] }).keys;
  const jwtKey = createPublicKey({ key: key!, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
  const host = new URL(issuer).host;
  const old = before('clerk-express', {
    publishableKey: `pk_test_${Buffer.from(`${host}$`).toString('base64')}`,
    secretKey: 'sk_test_of_the_test',
    jwtKey,
  });
  const ours = clerkExpress.createApp({ issuer, authorizedParties: null }, jwtKey);
  for (const app of [old, ours]) {
    const { body } = await ask(app, '/api/notes', token()).expect(200);
    expect(body).toMatchObject({ of: expect.stringMatching(/^user_/), editor: expect.any(Boolean) });
    await ask(app, '/api/notes', token({ exp: 1 })).expect(401);
    await ask(app, '/api/notes').expect(401);
  }
});
