import express, { type Express } from 'express';
import {
  apiKeys,
  authenticate,
  jwtVerifier,
  memoryApiKeys,
  memoryReplays,
  memoryRevocations,
  memoryUsers,
  problemDetails,
  revocationFeed,
  sallyport,
  type OptionsWithoutUsers,
  type ReplayStore,
  type SallyportEvent,
} from 'sallyport';
import { dpopNonces, possession } from 'sallyport/dpop';
import { createDpopClient, createTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { listening } from '../../support/listening';
import { send } from '../../support/send';

const { issuer, audience, keys, token } = createTestIssuer();
const client = createDpopClient();
const bound = (claims: object = {}) => token({ cnf: { jkt: client.jkt }, ...claims });

afterAll(cleanUp);

const options = (more: Partial<OptionsWithoutUsers> = {}): OptionsWithoutUsers =>
  ({
    issuer,
    audience,
    keys,
    dpop: true,
    replays: memoryReplays(),
    addressLimit: false,
    subjectLimit: false,
    ...more,
  }) as OptionsWithoutUsers;

/** The address of a route behind a chain, on a server of its own. */
async function served(more: Partial<OptionsWithoutUsers> = {}, prepare?: (app: Express) => void) {
  const port = sallyport(options(more));
  const app = express();
  prepare?.(app);
  app
    .use('/api', port)
    .all('/api/notes', ({ auth }, response) => void response.json({ of: auth?.subject }))
    .use(port.problemDetails);
  const server = await listening(app);
  later(() => {
    port.close();
    return server.close();
  });
  return { url: `${server.url}/api/notes`, origin: server.url };
}

const challenge = ({ headers }: { headers: { readonly 'www-authenticate'?: string | undefined } }) =>
  headers['www-authenticate'];

describe("dpop: 'required'", () => {
  it('offers the scheme DPoP alone, and takes nothing else', async () => {
    const keyStore = memoryApiKeys();
    const { url } = await served({ dpop: 'required', apiKeys: keyStore });
    expect((await client.fetch(bound(), url)).status).toBe(200);
    const plain = await send(url, { headers: { Authorization: `Bearer ${token()}` } });
    expect(plain).toMatchObject({ status: 401, body: { code: 'missing_credentials' } });
    expect(challenge(plain)).toMatch(/^DPoP realm="api", algs="ES256 /);
    const user = { id: 'u', issuer, subject: 'user_1', createdAt: '2026-01-01T00:00:00Z' };
    const made = await apiKeys({ store: keyStore, scopes: ['a'] }).issue(user, { name: 'n' }, []);
    const key = made.outcome === 'issued' ? made.key : '';
    expect((await send(url, { headers: { 'X-API-Key': key } })).status).toBe(200);
  });

  it('refuses what a further extractor of the host finds', async () => {
    const { url } = await served({
      dpop: 'required',
      credentials: [() => ({ kind: 'token', credential: token() })],
    });
    const answer = await send(url);
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(answer.body['detail']).toBe('The token must come under the scheme DPoP.');
  });
});

describe('without dpop', () => {
  it('refuses a bound token under either scheme, as ever', async () => {
    const { url } = await served({ dpop: undefined, replays: undefined } as never);
    const asBearer = await send(url, { headers: { Authorization: `Bearer ${bound()}` } });
    expect(asBearer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect(challenge(asBearer)).toBe('Bearer realm="api", error="invalid_token"');
    const asDpop = await send(url, { headers: client.headers(bound(), { url }) });
    expect(asDpop).toMatchObject({ status: 401, body: { code: 'missing_credentials' } });
    expect(challenge(asDpop)).toBe('Bearer realm="api"');
  });

  it('refuses a bound token that a verifier let through, where nothing proves possession', async () => {
    const verifier = jwtVerifier({ issuer, audience, keys, boundTokens: true });
    expect((await verifier(bound())).payload['cnf']).toEqual({ jkt: client.jkt });
    const server = await listening(
      express()
        .use(authenticate({ verifier }))
        .get('/', (_request, response) => void response.json({}))
        .use(problemDetails()),
    );
    later(() => server.close());
    const answer = await send(server.url, { headers: { Authorization: `Bearer ${bound()}` } });
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect((await send(server.url, { headers: { Authorization: `Bearer ${token()}` } })).status).toBe(200);
  });
});

describe('the parts alone', () => {
  it('prove possession behind authenticate with any verifier', async () => {
    const server = await listening(
      express()
        .use(
          authenticate({
            verifier: jwtVerifier({ issuer, audience, keys, boundTokens: true }),
            possession: possession({ dpop: true, replays: memoryReplays() }),
          }),
        )
        .get('/', ({ auth }, response) => void response.json({ of: auth?.subject }))
        .use(problemDetails()),
    );
    later(() => server.close());
    const url = `${server.url}/`;
    expect(await (await client.fetch(bound(), url)).json()).toEqual({ of: 'user_1' });
    expect((await send(url, { headers: { Authorization: `Bearer ${token()}` } })).status).toBe(200);
    const stolen = await send(url, { headers: { Authorization: `Bearer ${bound()}` } });
    expect(challenge(stolen)).toMatch(/^Bearer realm="api", error="invalid_token", DPoP realm="api", algs="/);
  });
});

describe('the token cache and revocations', () => {
  it('cache the token and never the proof, and refuse a revoked token with a good proof', async () => {
    const events: SallyportEvent[] = [];
    const store = memoryRevocations();
    const revocations = revocationFeed({ store });
    later(() => {
      revocations.close();
    });
    const { url } = await served({ revocations, onEvent: (event) => events.push(event) });
    const own = bound({ jti: 'token-1' });
    expect((await client.fetch(own, url)).status).toBe(200);
    expect((await client.fetch(own, url)).status).toBe(200);
    expect(events.filter(({ type }) => type === 'cache_hit')).toHaveLength(1);
    const stolen = await send(url, {
      headers: { Authorization: `DPoP ${own}`, DPoP: createDpopClient().proof({ url, token: own }) },
    });
    expect(stolen.status).toBe(401);
    await revocations.revoke([{ by: 'jti', issuer, value: 'token-1' }]);
    const revoked = await client.fetch(own, url);
    expect(revoked.status).toBe(401);
    expect(await revoked.json()).toMatchObject({
      code: 'invalid_token',
      detail: expect.stringMatching(/revoked/),
    });
  });

  it('count a wrong proof against the address and not against the subject of a token that may be stolen', async () => {
    const { url } = await served({ subjectLimit: { perMinute: 2 }, addressLimit: { perMinute: 3 } });
    const stolen = { Authorization: `Bearer ${bound()}` };
    const unproven = {
      Authorization: `DPoP ${bound()}`,
      DPoP: createDpopClient().proof({ url, token: bound() }),
    };
    expect((await send(url, { headers: stolen })).status).toBe(401);
    expect((await send(url, { headers: unproven })).status).toBe(401);
    expect((await client.fetch(bound(), url)).status).toBe(200);
    expect((await send(url, { headers: unproven })).status).toBe(401);
    expect((await send(url, { headers: unproven })).status).toBe(429);
  });
});

describe('the store of proofs', () => {
  it('is an outage where it fails: 503, and nothing is let in', async () => {
    const down: ReplayStore = {
      claim: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:27017')),
      complete: () => Promise.reject(new Error('down')),
      release: () => Promise.reject(new Error('down')),
    };
    const events: SallyportEvent[] = [];
    const { url } = await served({
      replays: down,
      onEvent: (event) => events.push(event),
      onError: () => undefined,
    });
    const answer = await send(url, { headers: client.headers(bound(), { url }) });
    expect(answer).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
    expect(answer.headers).toMatchObject({ 'retry-after': '1' });
    expect(challenge(answer)).toBeUndefined();
    expect(JSON.stringify(answer.body)).not.toMatch(/10\.0\.0\.7/);
    expect(events).toContainEqual({ type: 'store_failed', store: 'replays', failure: 'error' });
    expect((await send(url, { headers: { Authorization: `Bearer ${token()}` } })).status).toBe(200);
  });

  it('is not asked for a proof that is wrong anyway', async () => {
    const claims: string[] = [];
    const store = memoryReplays();
    const { url } = await served({
      replays: { ...store, claim: (id, ...rest) => (claims.push(id), store.claim(id, ...rest)) },
    });
    const wrong = client.proof({ url, token: bound() }, { iat: 1 });
    await send(url, { headers: { Authorization: `DPoP ${bound()}`, DPoP: wrong } });
    expect(claims).toEqual([]);
    await client.fetch(bound(), url);
    expect(claims).toEqual([expect.stringMatching(/^dpop:[\w-]{43}$/)]);
  });

  it('keeps the same jti of two keys apart', async () => {
    const { url } = await served();
    for (const own of [createDpopClient(), createDpopClient()]) {
      const theirs = token({ cnf: { jkt: own.jkt } });
      const proof = own.proof({ url, token: theirs }, { jti: 'shared' });
      expect((await send(url, { headers: { Authorization: `DPoP ${theirs}`, DPoP: proof } })).status).toBe(
        200,
      );
    }
  });

  it('remembers a proof for as long as any instance would accept it', async () => {
    const leases: number[] = [];
    const store = memoryReplays();
    const remembering = {
      ...store,
      claim: (...[id, holder, leaseMs]: Parameters<ReplayStore['claim']>) => {
        leases.push(leaseMs);
        return store.claim(id, holder, leaseMs);
      },
    };
    const plain = await served({ replays: remembering, dpop: { maxAgeSeconds: 100, clockTolerance: 20 } });
    await client.fetch(bound(), plain.url);
    const nonces = dpopNonces({ secret: 's'.repeat(32), lifetimeSeconds: 600 });
    const withNonces = await served({ replays: remembering, dpop: { nonces, clockTolerance: 20 } });
    await client.fetch(bound(), withNonces.url);
    expect(leases).toEqual([280_000, 1_240_000]);
  });
});

describe('guests', () => {
  it('are offered both schemes by a guard, and come with a good proof or none', async () => {
    const port = sallyport(options());
    const server = await listening(
      express()
        .get('/', port.optional, ({ auth }, response) => void response.json({ of: auth?.subject ?? null }))
        .get('/own', port.optional, port.requireScope('a'), (_request, response) => void response.json({}))
        .use(port.problemDetails),
    );
    later(() => {
      port.close();
      return server.close();
    });
    expect((await send(server.url)).body).toEqual({ of: null });
    expect(await (await client.fetch(bound(), `${server.url}/`)).json()).toEqual({ of: 'user_1' });
    const wrong = await send(server.url, { headers: { Authorization: `DPoP ${bound()}` } });
    expect(wrong.status).toBe(401);
    expect(challenge(await send(`${server.url}/own`))).toMatch(
      /^Bearer realm="api", DPoP realm="api", algs="/,
    );
    const scope = await client.fetch(bound(), `${server.url}/own`);
    expect(scope.status).toBe(403);
    expect(scope.headers.get('www-authenticate')).toMatch(
      /^DPoP realm="api", error="insufficient_scope", scope="a", algs="/,
    );
  });
});

describe('a request that is judged twice', () => {
  it('uses its proof once: by two chains of one app', async () => {
    const replays = memoryReplays();
    const [first, second] = [sallyport(options({ replays })), sallyport(options({ replays }))];
    const server = await listening(
      express()
        .get('/', first, second, ({ auth }, response) => void response.json({ of: auth?.subject }))
        .use(first.problemDetails),
    );
    later(() => {
      first.close();
      second.close();
      return server.close();
    });
    expect((await client.fetch(bound(), `${server.url}/`)).status).toBe(200);
    const headers = client.headers(bound(), { url: `${server.url}/` });
    expect((await send(server.url, { headers })).status).toBe(200);
    expect((await send(server.url, { headers })).status).toBe(401);
  });
});

it.each<[object, RegExp]>([
  [{ dpop: true, replays: undefined }, /"replays" must be a replay store/],
  [{ dpop: true, replays: {} }, /"replays" must be a replay store/],
  [{ dpop: false }, /dpop: must be true, "required" or an object/],
  [{ dpop: 'yes' }, /dpop: must be true, "required" or an object/],
  [{ dpop: null }, /dpop: must be true, "required" or an object/],
  [{ dpop: { require: true } }, /dpop: unknown option "require"/],
  [{ dpop: { required: 'yes' } }, /"required" must be true or false/],
  [{ dpop: { algorithms: [] } }, /"algorithms" must be a list of/],
  [{ dpop: { algorithms: ['none'] } }, /"algorithms" must be a list of/],
  [{ dpop: { algorithms: 'ES256' } }, /"algorithms" must be a list of/],
  [{ dpop: { maxAgeSeconds: -1 } }, /"maxAgeSeconds" must be seconds/],
  [{ dpop: { maxAgeSeconds: '60' } }, /"maxAgeSeconds" must be seconds/],
  [{ dpop: { clockTolerance: Infinity } }, /"clockTolerance" must be seconds/],
  [{ dpop: { nonces: true } }, /"nonces" must be what dpopNonces/],
  [{ dpop: { publicUrl: 'api.example' } }, /"publicUrl" must be/],
  [{ dpop: { publicUrl: [] } }, /"publicUrl" must be/],
  [{ dpop: { publicUrl: [1] } }, /"publicUrl" must be/],
  [{ dpop: { publicUrl: {} } }, /"publicUrl" must be/],
  [{ certificate: 'header' }, /"certificate" must be a function/],
])('refuses the options %j at mount', (change, message) => {
  expect(() => sallyport({ ...options(), users: memoryUsers(), ...change } as never)).toThrow(message);
});

it('refuses misuse of the parts at mount', () => {
  expect(() => possession({})).toThrow('possession: give "dpop", "certificate" or both');
  expect(() => possession({ dpob: true } as never)).toThrow(/unknown option "dpob"/);
  const verifier = jwtVerifier({ issuer, audience, keys });
  expect(() => authenticate({ verifier, possession: true as never })).toThrow(/"possession" must be/);
  expect(() => createDpopClient({ alg: 'ES256' } as never)).toThrow(/unknown option "alg"/);
});
