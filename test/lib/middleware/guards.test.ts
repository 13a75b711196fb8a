import { claimCheck, claimEquals, claimIncludes, requiredScopes } from 'express-oauth2-jwt-bearer';
import express, { type RequestHandler } from 'express';
import {
  apiKeys,
  authenticate,
  claimAt,
  jwtVerifier,
  memoryApiKeys,
  memoryUsers,
  problemDetails,
  provisionUser,
  requireAnyScope,
  requireFresh,
  requireKeyScope,
  requireOwner,
  requireRole,
  requireScope,
  requireToken,
  sallyport,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';
import { libraryAuth } from '../../support/library-auth';

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
  requireAnyScope: requireAnyScope('admin'),
  requireRole: requireRole('admin'),
  requireKeyScope: requireKeyScope('admin'),
  requireToken: requireToken(),
  requireFresh: requireFresh({ maxAgeSeconds: 60 }),
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

describe('requireAnyScope', () => {
  const guard = [authenticate({ verifier }), requireAnyScope('a', 'b')];

  it.each([{ scope: 'a' }, { scope: 'c b' }, { scp: ['b'] }, { scope: 'a b' }])(
    'passes %j',
    async (claims) => {
      await get(guard, issuer.token(claims)).expect(200);
    },
  );

  it.each([{}, { scope: 'c' }, { scope: 'a,b' }, { scope: 'A B' }, { scope: 'ab' }, { roles: ['a'] }])(
    'answers %j with 403 and a challenge that names what would be enough',
    async (claims) => {
      const { body, headers, status } = await get(guard, issuer.token(claims));
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'insufficient_scope' });
      expect(body.detail).toBe('This needs one of the scopes a, b.');
      expect(headers['www-authenticate']).toBe('Bearer realm="api", error="insufficient_scope", scope="a"');
    },
  );

  it.each([[], [''], ['a b'], ['a"b']])('refuses the scopes %j at mount', (...scopes) => {
    expect(() => requireAnyScope(...scopes)).toThrow(/^requireAnyScope: name at least one scope/);
  });
});

describe('requireRole', () => {
  const withRoles = jwtVerifier({ issuer: issuer.issuer, audience, keys, roles: claimAt('roles') });
  const guard = [authenticate({ verifier: withRoles }), requireRole('editor', 'Head of Sales')];

  it.each([{ roles: ['editor'] }, { roles: ['x', 'Head of Sales'] }, { roles: 'Head of Sales' }])(
    'passes %j',
    async (claims) => {
      await get(guard, issuer.token(claims)).expect(200);
    },
  );

  it.each([
    {},
    { roles: [] },
    { roles: ['Editor'] },
    { roles: ['edit'] },
    { roles: 'editor x' },
    { scope: 'editor' },
  ])(
    'answers %j with 403 and no challenge: another token of the same user would not help',
    async (claims) => {
      const { body, headers, status } = await get(guard, issuer.token(claims));
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'insufficient_role' });
      expect(body.detail).toBe('This needs one of the roles editor, Head of Sales.');
      expect(headers['www-authenticate']).toBeUndefined();
    },
  );

  it('passes nobody where the host did not say where roles are, or a verifier of its own says nothing of them', async () => {
    await get(
      [authenticate({ verifier }), requireRole('editor')],
      issuer.token({ roles: ['editor'] }),
    ).expect(403);
    const own = { kind: 'token', issuer: 'i', subject: 's', scopes: [], payload: {}, header: {} };
    const old = authenticate({ verifier: () => Promise.resolve(own as never) });
    await get([old, requireRole('editor')]).expect(403);
  });

  it.each([[], [''], [1], [['editor']]])('refuses the roles %j at mount', (...roles) => {
    expect(() => requireRole(...(roles as string[]))).toThrow('requireRole: name at least one role');
  });
});

describe('an API key', () => {
  it('keeps to scopes, and has no role whatever its scopes are called', async () => {
    const store = memoryApiKeys();
    const users = memoryUsers();
    const user = await users.getOrCreate({ issuer: issuer.issuer, subject: issuer.subject });
    const made = await apiKeys({ store, scopes: ['editor', 'other'] }).issue(
      user,
      { name: 'n', scopes: ['editor'] },
      [],
    );
    const key = made.outcome === 'issued' ? made.key : '';
    const port = sallyport({
      issuer: issuer.issuer,
      audience,
      keys,
      users,
      apiKeys: store,
      roles: claimAt('scope'),
    });
    const app = express()
      .use(port)
      .get('/scope', port.requireAnyScope('x', 'editor'), answer)
      .get('/other', port.requireAnyScope('x', 'other'), answer)
      .get('/role', port.requireRole('editor'), answer)
      .use(port.problemDetails);
    await request(app).get('/scope').set('X-API-Key', key).expect(200);
    await request(app).get('/other').set('X-API-Key', key).expect(403);
    const { body } = await request(app).get('/role').set('X-API-Key', key).expect(403);
    expect(body.code).toBe('insufficient_role');
    const token = issuer.token({ scope: 'editor' });
    await request(app).get('/role').set('Authorization', `Bearer ${token}`).expect(200);
    port.close();
  });
});

describe('a user that something else set', () => {
  it('is not believed by a guard that asks for it', async () => {
    const guard = requireOwner('userId', { owner: (_auth, user) => user.id });
    const evil = preset('user', { id: issuer.subject });
    await get([authenticate({ verifier }), provisionUser({ users: memoryUsers() }), evil, guard]).expect(403);
    await get([authenticate({ verifier }), evil, guard]).expect(500);
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
    const { body, headers } = await get(theirs, issuer.token({ scope: 'read', tenant: 't2' })).expect(403);
    expect(body).toMatchObject({ code: 'insufficient_claims', status: 403 });
    expect(JSON.stringify(body)).not.toContain('Unexpected');
    expect(headers['www-authenticate']).toBeUndefined();
    port.close();
  });

  it.each<[string, RequestHandler]>([
    ['claimEquals', claimEquals('tenant', 't1')],
    ['claimIncludes', claimIncludes('groups', 'a')],
    ['claimCheck', claimCheck(() => false, 'Not in the mood')],
  ])('%s answers 403 behind us, and 401 where somebody else authenticated', async (_name, theirs) => {
    const { body } = await get([authenticate({ verifier }), theirs]).expect(403);
    expect(body.code).toBe('insufficient_claims');
    expect(body.detail).not.toContain('mood');
    await get([libraryAuth(issuer), theirs]).expect(401);
    const replaced = preset('auth', { payload: {}, header: {}, token: '' });
    await get([authenticate({ verifier }), replaced, theirs]).expect(401);
  });

  it('say 401 all the same where the token itself is wrong', async () => {
    await get([authenticate({ verifier }), claimEquals('tenant', 't1')], `${issuer.token()}x`).expect(401);
  });
});
