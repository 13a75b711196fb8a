import express, { type RequestHandler } from 'express';
import { authenticate, memoryUsers, problemDetails, sallyport, type KnownUsers } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const { issuer, audience, keys, token } = createTestIssuer();

const call = (chain: RequestHandler) => {
  const opened: RequestHandler = (_request, response) => void response.json({ opened: true });
  const router = express.Router().get('/', chain, opened);
  const app = express().use(router).get('/', opened).use(problemDetails());
  return request(app).get('/').set('Authorization', `Bearer ${token()}`);
};

/** What a hand-rolled promise may reject with, whatever its types say. */
const odd = [undefined, null, 0, '', 'route', 'router', { status: 200 }] as unknown[] as Error[];

describe.each(odd)('a part of the host that rejects with %j', (reason) => {
  it('opens no door as a verifier', async () => {
    const { body } = await call(authenticate({ verifier: () => Promise.reject(reason) })).expect(500);
    expect(body.code).toBe('internal');
  });

  it('opens no door as a directory of users', async () => {
    const store = memoryUsers();
    const users: KnownUsers = {
      ...store,
      getOrCreate: () => Promise.reject(reason),
      forget: () => undefined,
    };
    const { body } = await call(sallyport({ issuer, audience, keys, users })).expect(500);
    expect(body.code).toBe('internal');
  });
});
