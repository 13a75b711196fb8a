import { claimEquals, requiredScopes } from 'express-oauth2-jwt-bearer';
import express, { type RequestHandler } from 'express';
import {
  authenticate,
  jwtVerifier,
  memoryUsers,
  problemDetails,
  provisionUser,
  requireKeyScope,
  requireOwner,
  requireScope,
  requireToken,
  sallyport,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';

const issuer = createTestIssuer();
const { audience, keys } = issuer;
const verifier = jwtVerifier({ issuer: issuer.issuer, audience, keys });
const answer: RequestHandler = (_request, response) => void response.json({ passed: true });

function app(...handlers: RequestHandler[]) {
  return express()
    .get('/of/:userId', ...handlers, answer)
    .use(problemDetails());
}

const get = (handlers: RequestHandler[], token = issuer.token(), user = issuer.subject) =>
  request(app(...handlers))
    .get(`/of/${encodeURIComponent(user)}`)
    .set('Authorization', `Bearer ${token}`);

/** Sets on the request what only our chain may set. */
const preset =
  (property: 'auth' | 'user', value: object): RequestHandler =>
  (request, _response, next) => {
    Object.assign(request, { [property]: value });
    next();
  };

const forged = {
  kind: 'token',
  issuer: issuer.issuer,
  subject: issuer.subject,
  scopes: ['admin'],
  payload: {},
  header: {},
};

const guards: Record<string, RequestHandler> = {
  requireOwner: requireOwner('userId'),
  requireScope: requireScope('admin'),
  requireKeyScope: requireKeyScope('admin'),
  requireToken: requireToken(),
  provisionUser: provisionUser({ users: memoryUsers() }),
};

describe.each(Object.entries(guards))('%s', (_name, guard) => {
  it('answers 500 where nobody authenticated the request', async () => {
    const { body, status } = await get([guard]);
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'internal' });
  });

  it('answers 500 for a req.auth that something else set, and never passes', async () => {
    const { body, status } = await get([preset('auth', forged), guard]);
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'internal' });
  });

  it('answers 500 for a req.auth that something replaced after authentication', async () => {
    const { status } = await get([authenticate({ verifier }), preset('auth', forged), guard]);
    expect(status).toBe(500);
  });

  it("answers 500 for a req.auth that was carried over from another caller's request", async () => {
    let stolen: object | undefined;
    const steal: RequestHandler = (request, _response, next) => {
      stolen = request.auth;
      next();
    };
    await get([authenticate({ verifier }), steal]).expect(200);
    const { status } = await get([preset('auth', stolen ?? {}), guard]);
    expect(status).toBe(500);
  });
});

describe('authenticate', () => {
  it('answers 500 for a req.auth that was there before, even with a valid token', async () => {
    await get([preset('auth', forged), authenticate({ verifier })]).expect(500);
  });

  it("freezes what a host's own verifier says, so that nothing behind it becomes somebody else", async () => {
    const open = {
      kind: 'token',
      issuer: 'i',
      subject: 'mallory',
      scopes: [],
      roles: [],
      expiresAt: undefined,
    } as const;
    const own = authenticate({ verifier: () => Promise.resolve({ ...open, payload: {}, header: {} }) });
    const become: RequestHandler = (request, _response, next) => {
      Object.assign(request.auth ?? {}, { subject: issuer.subject });
      next();
    };
    await get([own, become, requireOwner('userId')]).expect(500);
  });

  it('lets a second authenticate with another verifier decide anew', async () => {
    const strict = jwtVerifier({ issuer: issuer.issuer, audience: 'other', keys });
    await get([authenticate({ verifier }), authenticate({ verifier: strict })]).expect(401);
  });

  it.each([{}, { verifier: 'no' }, { verifier, verifer: 1 }])(
    'refuses the options %j at mount',
    (options) => {
      expect(() => authenticate(options as never)).toThrow(TypeError);
    },
  );
});

describe('requireOwner', () => {
  const owner = [authenticate({ verifier }), requireOwner('userId')];

  it('lets the user through whom the path names', async () => {
    await get(owner).expect(200, { passed: true });
  });

  it.each(['user_2', 'user_', 'USER_1', 'user_1 ', 'user_1\u0000', 'user_1/', '.', 'user_1%20'])(
    'answers 403 not_owner for the path of %j',
    async (user) => {
      const { body, status } = await get(owner, issuer.token(), user);
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'not_owner' });
    },
  );

  it('compares the decoded path with the subject', async () => {
    const sub = 'auth0|user/1 ü';
    await get(owner, issuer.token({ sub }), sub).expect(200);
  });

  it('answers 500 where the route has no such parameter', async () => {
    await get([authenticate({ verifier }), requireOwner('id')]).expect(500);
  });

  it('compares with what the host says an owner is', async () => {
    const users = memoryUsers();
    const byMail = requireOwner('userId', { owner: (_auth, user) => user.id });
    const handlers = [authenticate({ verifier }), provisionUser({ users }), byMail];
    const { id } = await users.getOrCreate({ issuer: issuer.issuer, subject: issuer.subject });
    await get(handlers, issuer.token(), id).expect(200);
    await get(handlers).expect(403);
  });

  it.each(['', undefined, 5])('refuses the parameter name %j at mount', (name) => {
    expect(() => requireOwner(name as string)).toThrow(TypeError);
  });
});

describe('requireScope', () => {
  const guard = [authenticate({ verifier }), requireScope('a', 'b')];

  it.each([{ scope: 'a b' }, { scope: 'b c a' }, { scp: ['a', 'b'] }, { scope: 'a', scp: 'b' }])(
    'passes %j',
    async (claims) => {
      await get(guard, issuer.token(claims)).expect(200);
    },
  );

  it.each([{}, { scope: 'a' }, { scope: 'a,b' }, { scope: 'A B' }, { scope: 'ab' }])(
    'answers %j with 403 and a challenge that names what is missing (RFC 6750 section 3.1)',
    async (claims) => {
      const { body, headers, status } = await get(guard, issuer.token(claims));
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'insufficient_scope' });
      expect(headers['www-authenticate']).toBe('Bearer realm="api", error="insufficient_scope", scope="a b"');
    },
  );

  it.each([[], [''], ['a b'], ['a"b']])('refuses the scopes %j at mount', (...scopes) => {
    expect(() => requireScope(...scopes)).toThrow(TypeError);
  });
});

describe('a user that something else set', () => {
  it('is not believed by a guard that asks for it', async () => {
    const guard = requireOwner('userId', { owner: (_auth, user) => user.id });
    const evil = preset('user', { id: issuer.subject });
    await get([authenticate({ verifier }), provisionUser({ users: memoryUsers() }), evil, guard]).expect(500);
  });
});

describe('the guards of express-oauth2-jwt-bearer', () => {
  it('work behind our chain', async () => {
    const port = sallyport({ issuer: issuer.issuer, audience, keys, users: memoryUsers() });
    const theirs = [port, requiredScopes('read'), claimEquals('tenant', 't1')];
    await get(theirs, issuer.token({ scope: 'read', tenant: 't1' })).expect(200);
    const lacking = await get(theirs, issuer.token({ tenant: 't1' })).expect(403);
    expect(lacking.body.code).toBe('insufficient_scope');
    expect(lacking.headers['www-authenticate']).toContain('scope="read"');
    await get(theirs, issuer.token({ scope: 'read', tenant: 't2' })).expect(401);
    port.close();
  });
});
