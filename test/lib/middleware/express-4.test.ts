import express, { type RequestHandler } from 'express';
import {
  authenticate,
  jwtVerifier,
  memoryReplays,
  memoryUsers,
  problemDetails,
  provisionUser,
  StoreUnavailableError,
  type Auth,
  type KnownUsers,
} from 'sallyport';
import { clerkWebhook } from 'sallyport/clerk';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const { issuer, audience, keys, token } = createTestIssuer();
const verifier = jwtVerifier({ issuer, audience, keys });
const users = memoryUsers();
const failing: KnownUsers = {
  ...users,
  getOrCreate: () => Promise.reject(new StoreUnavailableError()),
  forget: () => undefined,
};

/** Express 4 looks at nothing that a handler returns. */
const asInExpress4 =
  (handler: RequestHandler): RequestHandler =>
  (...way) => {
    void handler(...way);
  };

function answerOf(...handlers: RequestHandler[]) {
  const app = express()
    .post('/', ...handlers.map(asInExpress4), (_request, response) => void response.json({ opened: true }))
    .use(problemDetails({ onError: () => undefined }));
  return request(app).post('/').set('Authorization', `Bearer ${token()}`);
}

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeAll(() => process.on('unhandledRejection', note));
afterAll(() => process.off('unhandledRejection', note));
afterEach(() => {
  expect(unhandled).toEqual([]);
});

describe('where nobody looks at the promise of a handler, what fails goes to the error handler', () => {
  it('of authenticate, when its verifier fails', async () => {
    const broken = authenticate({ verifier: () => Promise.reject(new StoreUnavailableError()) });
    await answerOf(broken).expect(503);
  });

  it('of authenticate, when the proof cannot be set', async () => {
    const sealed: RequestHandler = (incoming, _response, next) => {
      Object.defineProperty(incoming, 'auth', { get: () => undefined });
      next();
    };
    await answerOf(sealed, authenticate({ verifier: async () => verifier(token()) })).expect(500);
  });

  it('of provisionUser, when its store fails', async () => {
    const { body } = await answerOf(authenticate({ verifier }), provisionUser({ users: failing })).expect(
      503,
    );
    expect(body.code).toBe('store_unavailable');
  });

  it('of provisionUser, when its store has a bug', async () => {
    const bug = { ...failing, getOrCreate: () => Promise.reject(new TypeError('planted')) };
    await answerOf(authenticate({ verifier }), provisionUser({ users: bug })).expect(500);
  });

  it('of clerkWebhook, when nothing is signed', async () => {
    const webhook = clerkWebhook({
      secret: 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0',
      issuer,
      users,
      replays: memoryReplays(),
      revocations: { revoke: () => Promise.resolve() },
      erase: () => Promise.resolve(),
    });
    await answerOf(webhook).expect(401);
  });
});

it('lets a proven request pass', async () => {
  const wait = async (): Promise<Auth> => verifier(token());
  const { body } = await answerOf(authenticate({ verifier: wait }), provisionUser({ users })).expect(200);
  expect(body).toEqual({ opened: true });
});
