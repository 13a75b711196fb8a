import express from 'express';
import {
  memoryApiKeys,
  memoryUsers,
  nodeCrypto,
  revocationFeed,
  sallyport,
  staticKeys,
  StoreUnavailableError,
  type Owner,
  type SallyportEvent,
  type SallyportOptions,
  type UserStore,
} from 'sallyport';
import { createTestIssuer, startTestIssuer } from 'sallyport/testing';
import request from 'supertest';
import 'sallyport/request-user';

const issuer = createTestIssuer();
const ours = { issuer: issuer.issuer, audience: issuer.audience, keys: issuer.keys };
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function server(options: SallyportOptions) {
  const port = sallyport(options);
  closers.push(port.close);
  const app = express()
    .use('/api', port)
    .get('/api/me', ({ auth, user }, response) => void response.json({ auth, user }))
    .get('/api/of/:userId', port.requireOwner('userId'), (_request, response) => void response.json({}))
    .use(port.problemDetails);
  return { app, port };
}

const me = (app: express.Express, token?: string) => {
  const call = request(app).get('/api/me');
  return token === undefined ? call : call.set('Authorization', `Bearer ${token}`);
};

/** A user store that counts what it is asked. */
function countingUsers() {
  const store = memoryUsers();
  const getOrCreate = jest.fn(store.getOrCreate.bind(store));
  return { ...store, getOrCreate } satisfies UserStore;
}

describe('sallyport', () => {
  it('says who calls, on req.auth and req.user, and nowhere the token', async () => {
    const { app } = server({ ...ours, users: memoryUsers() });
    const token = issuer.token({ scope: 'a b', sid: 'sess_1' });
    const { body, headers, text } = await me(app, token).expect(200);
    expect(body.auth).toMatchObject({
      kind: 'token',
      issuer: issuer.issuer,
      subject: issuer.subject,
      scopes: ['a', 'b'],
      payload: { sid: 'sess_1' },
      header: { alg: 'RS256' },
    });
    expect(body.user).toMatchObject({
      issuer: issuer.issuer,
      subject: issuer.subject,
      id: expect.any(String),
    });
    expect(headers['cache-control']).toBe('no-store');
    expect(text).not.toContain(token.split('.')[2]);
  });

  it('challenges whoever sends nothing with a bare Bearer', async () => {
    const { app } = server({ ...ours, users: memoryUsers(), realm: 'notes' });
    const { body, headers } = await me(app).expect(401);
    expect(body.code).toBe('missing_credentials');
    expect(headers['www-authenticate']).toBe('Bearer realm="notes"');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('asks the user store once for a user who comes often', async () => {
    const users = countingUsers();
    const { app } = server({ ...ours, users });
    for (let time = 0; time < 5; time++) await me(app, issuer.token()).expect(200);
    expect(users.getOrCreate).toHaveBeenCalledTimes(1);
  });

  it('asks nobody for a user whose token is refused', async () => {
    const users = countingUsers();
    const { app } = server({ ...ours, users });
    await me(app, issuer.token({ exp: 1 })).expect(401);
    expect(users.getOrCreate).not.toHaveBeenCalled();
  });

  it('lets no token from before an erasure bring the user back, even where the revocation is not known yet', async () => {
    const users = memoryUsers();
    const { app } = server({ ...ours, users });
    const [before, after] = [issuer.token(), issuer.token({ iat: Math.floor(Date.now() / 1000) + 4 })];
    const erasedAt = Date.now() - 3000;
    await users.bury({ issuer: issuer.issuer, subject: issuer.subject }, erasedAt);
    const { body } = await me(app, before).expect(401);
    expect(body.code).toBe('invalid_token');
    expect(await users.find({ issuer: issuer.issuer, subject: issuer.subject })).toBeUndefined();
    await me(app, issuer.token({ iat: undefined })).expect(401);
    await me(app, after).expect(200);
  });

  it('answers 503 store_unavailable while users cannot be had, and recovers by itself', async () => {
    const users = countingUsers();
    users.getOrCreate.mockRejectedValueOnce(new StoreUnavailableError(3));
    const { app } = server({ ...ours, users });
    const { body, headers } = await me(app, issuer.token()).expect(503);
    expect(body.code).toBe('store_unavailable');
    expect(headers['retry-after']).toBe('3');
    await me(app, issuer.token()).expect(200);
  });

  it('answers 500 for a bug in a user store, since that is no outage', async () => {
    const users = countingUsers();
    users.getOrCreate.mockRejectedValueOnce(new TypeError('undefined is not a function'));
    const { app } = server({ ...ours, users });
    const { body } = await me(app, issuer.token()).expect(500);
    expect(body.code).toBe('internal');
  });

  it('finds the keys of an issuer by discovery, given nothing but its name', async () => {
    const remote = await startTestIssuer();
    closers.push(() => remote.close());
    const { app, port } = server({ issuer: remote.issuer, audience: remote.audience, users: memoryUsers() });
    await port.ready();
    await me(app, remote.token()).expect(200);
    expect(port.state().keys).toMatchObject([{ issuer: remote.issuer, keys: 1, stale: false }]);
  });

  it('answers 503 keys_unavailable with Retry-After while an issuer is down whose keys were never seen', async () => {
    const remote = await startTestIssuer();
    closers.push(() => remote.close());
    await remote.fail();
    const { app } = server({ issuer: remote.issuer, audience: remote.audience, users: memoryUsers() });
    const { body, headers } = await me(app, remote.token()).expect(503);
    expect(body.code).toBe('keys_unavailable');
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
  });

  it('verifies with a PEM key and no network', async () => {
    const { app } = server({ ...ours, keys: staticKeys(issuer.publicKeyPem()), users: memoryUsers() });
    await me(app, issuer.token()).expect(200);
    await me(app, createTestIssuer().token()).expect(401);
  });

  it('verifies with the other engine just the same', async () => {
    const { app } = server({ ...ours, engine: nodeCrypto(), users: memoryUsers() });
    await me(app, issuer.token()).expect(200);
    await me(app, issuer.token({ exp: 1 })).expect(401);
  });

  it('refuses a revoked session on the next request, though its token is cached', async () => {
    const revocations = revocationFeed();
    closers.push(() => {
      revocations.close();
    });
    const { app, port } = server({ ...ours, revocations, users: memoryUsers() });
    await port.ready();
    const token = issuer.token({ sid: 'sess_1' });
    await me(app, token).expect(200);
    await revocations.revoke([{ by: 'sid', issuer: issuer.issuer, value: 'sess_1' }]);
    const { body } = await me(app, token).expect(401);
    expect(body.code).toBe('invalid_token');
    await me(app, issuer.token({ sid: 'sess_2' })).expect(200);
  });

  it('refuses two kinds of credential at once as ambiguous', async () => {
    const { app } = server({ ...ours, apiKeys: memoryApiKeys(), users: memoryUsers() });
    const { body } = await me(app, issuer.token()).set('X-API-Key', 'sp_x').expect(400);
    expect(body.code).toBe('invalid_request');
  });

  it('never looks at query or body for a token', async () => {
    const { app } = server({ ...ours, users: memoryUsers() });
    const { body } = await request(app).get(`/api/me?access_token=${issuer.token()}`).expect(401);
    expect(body.code).toBe('missing_credentials');
  });

  it.each(['X-User-ID', 'X-Forwarded-User', 'X-HTTP-Method-Override', 'X-Original-URL'])(
    'believes nothing that %s says',
    async (name) => {
      const { app } = server({ ...ours, users: memoryUsers() });
      await me(app).set(name, issuer.subject).expect(401);
      const { body } = await me(app, issuer.token()).set(name, 'admin').expect(200);
      expect(body.auth.subject).toBe(issuer.subject);
    },
  );

  it('tells what it does, and never a token', async () => {
    const events: SallyportEvent[] = [];
    const { app } = server({ ...ours, users: memoryUsers(), onEvent: (event) => events.push(event) });
    const token = issuer.token();
    await me(app, token);
    await me(app, token);
    await me(app, issuer.token({ exp: 1 }));
    expect(events.map(({ type }) => type)).toEqual([
      'cache_miss',
      'verified',
      'provisioned',
      'cache_hit',
      'verified',
      'cache_miss',
      'unverified',
      'refused',
    ]);
    expect(events.at(-1)).toMatchObject({
      status: 401,
      reason: 'expired',
      proven: { subject: issuer.subject },
    });
    expect(JSON.stringify(events)).not.toContain(token.split('.')[1]);
  });

  it('is not harmed by a hook that throws', async () => {
    const onEvent = () => {
      throw new Error('hook');
    };
    const { app } = server({ ...ours, users: memoryUsers(), onEvent });
    await me(app, issuer.token()).expect(200);
    await me(app).expect(401);
  });
});

describe('sallyport with several issuers', () => {
  const [a, b] = [
    createTestIssuer({ issuer: 'https://a.test' }),
    createTestIssuer({ issuer: 'https://b.test' }),
  ];
  const issuers = [a, b].map(({ issuer, audience, keys }) => ({ issuer, audience, keys }));
  const owner: Owner = (_auth, user) => user.id;

  it('takes the same subject of two issuers for two people', async () => {
    const { app } = server({ issuers, users: memoryUsers(), owner });
    const [one, other] = await Promise.all([me(app, a.token()), me(app, b.token())]);
    expect(one.body.user.subject).toBe(other.body.user.subject);
    expect(one.body.user.id).not.toBe(other.body.user.id);
    const path = `/api/of/${String(one.body.user.id)}`;
    await request(app).get(path).set('Authorization', `Bearer ${a.token()}`).expect(200);
    await request(app).get(path).set('Authorization', `Bearer ${b.token()}`).expect(403);
  });

  it('reads the keys of each from where its issuer says they are', async () => {
    const started = await Promise.all([startTestIssuer(), startTestIssuer()]);
    closers.push(...started.map(({ close }) => close));
    const events: SallyportEvent[] = [];
    const { app } = server({
      issuers: started.map(({ issuer, audience }) => ({ issuer, audience })),
      users: memoryUsers(),
      owner,
      onEvent: (event) => events.push(event),
    });
    for (const { token } of started) await me(app, token()).expect(200);
    const sources = events.flatMap((event) => (event.type === 'keys_refreshed' ? [event.source] : []));
    expect(new Set(sources).size).toBe(2);
  });

  it.each([
    ['of none of them', { iss: 'https://c.test' }],
    ['that names none', { iss: undefined }],
  ])('refuses a token %s, and makes nobody', async (_name, claims) => {
    const users = countingUsers();
    const { app } = server({ issuers, users, owner });
    const { body, headers } = await me(app, a.token(claims)).expect(401);
    expect(body.code).toBe('invalid_token');
    expect(headers['www-authenticate']).toContain('error="invalid_token"');
    expect(users.getOrCreate).not.toHaveBeenCalled();
  });

  it.each([
    ['no owner', { issuers }],
    ['none of them', { issuers: [], owner }],
    ['one of them twice', { issuers: [issuers[0], issuers[0]], owner }],
    ['one key source for two of them', { issuers: [issuers[0], { ...issuers[1], keys: a.keys }], owner }],
    ['issuer beside issuers', { issuers, owner, issuer: 'https://c.test' }],
  ])('refuses %s at mount', (_name, options) => {
    expect(() => sallyport({ users: memoryUsers(), ...options } as never)).toThrow(TypeError);
  });
});

describe('what sallyport refuses at mount', () => {
  it.each([
    ['no issuer', { issuer: undefined }, /"issuer" must be/],
    ['no audience', { audience: undefined }, /"audience" must be/],
    ['an empty audience', { audience: '' }, /"audience" must be/],
    ['a list of audiences with a hole', { audience: ['a', undefined] }, /"audience" must be/],
    ['users that are no store', { users: {} }, /"users" must be/],
    ['alg none', { algorithms: ['none'] }, /"algorithms" must be/],
    ['HS256', { algorithms: ['HS256'] }, /"algorithms" must be/],
    ['no algorithm', { algorithms: [] }, /"algorithms" must be/],
    ['no authorized party', { authorizedParties: [] }, /"authorizedParties" must be/],
    ['a negative tolerance', { clockTolerance: -1 }, /"clockTolerance" must be/],
    ['an endless tolerance', { clockTolerance: Infinity }, /"clockTolerance" must be/],
    ['an age of nothing', { maxTokenAge: NaN }, /"maxTokenAge" must be/],
    ['a PEM for keys', { keys: issuer.publicKeyPem() }, /"keys" must be/],
    ['a JWK Set for keys', { keys: issuer.jwks() }, /"keys" must be/],
    ['the name of an engine', { engine: 'node:crypto' }, /"engine" must be/],
    ['a rule that is no function', { refuse: 'nobody' }, /"refuse" must be/],
    [
      'tokens that outlive a revocation',
      { revocations: revocationFeed({ retentionSeconds: 60 }), maxTokenLifetime: 61 },
      /"maxTokenLifetime" must be/,
    ],
    [
      'clocks that revocations do not allow for',
      { revocations: revocationFeed(), clockTolerance: 60 },
      /"clockTolerance" must be/,
    ],
    ['a misspelt option', { audiences: 'x' }, /unknown option "audiences"/],
  ])('%s', (_name, change, message) => {
    const options = { ...ours, users: memoryUsers(), ...change };
    expect(() => sallyport(options as SallyportOptions)).toThrow(message);
  });
});
