import {
  cached,
  jwtVerifier,
  memoryRevocations,
  provenanceOf,
  revocable,
  revocationFeed,
  RevocationsUnavailableError,
  type Auth,
  type Revocations,
  type Verifier,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import { tokenProof } from '../../support/proofs';

const issuer = createTestIssuer({ algorithms: ['ES256'] });
const feeds: Revocations[] = [];

afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
});

async function readyFeed(store = memoryRevocations()): Promise<Revocations> {
  const feed = revocationFeed({ store });
  feeds.push(feed);
  await feed.prewarm();
  return feed;
}

function verifierOf(revocations: Revocations): Verifier {
  const { audience, keys } = issuer;
  const tokens = jwtVerifier({ issuer: issuer.issuer, audience, keys, algorithms: ['ES256'] });
  return revocable(cached(tokens), revocations);
}

/** The second valid signature of an ECDSA token: s becomes n - s (SEC 1 section 4.1.4 accepts both). */
function respelled(token: string): string {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [header = '', payload = '', signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const s = n - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const second = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
  return `${header}.${payload}.${second.toString('base64url')}`;
}

it('refuses a token that the cache remembers at the next request', async () => {
  const feed = await readyFeed();
  const verify = verifierOf(feed);
  const token = issuer.token({ jti: 'j' });
  await verify(token);
  await feed.revoke([{ by: 'jti', issuer: issuer.issuer, value: 'j' }]);
  await expect(verify(token)).rejects.toMatchObject({ status: 401, reason: 'revoked' });
});

it('refuses a revoked token also when its signature is spelled the second way', async () => {
  const feed = await readyFeed();
  const verify = verifierOf(feed);
  const token = issuer.token();
  const value = provenanceOf(await verify(token))?.fingerprint ?? '';
  expect(await verify(respelled(token))).toMatchObject({ subject: issuer.subject });
  await feed.revoke([{ by: 'token', issuer: issuer.issuer, value }]);
  await expect(verify(token)).rejects.toMatchObject({ reason: 'revoked' });
  await expect(verify(respelled(token))).rejects.toMatchObject({ reason: 'revoked' });
});

it('refuses every later token of a revoked session, also on an instance that was started later', async () => {
  const store = memoryRevocations();
  const first = await readyFeed(store);
  await first.revoke([{ by: 'sid', issuer: issuer.issuer, value: 's' }]);
  const later = verifierOf(await readyFeed(store));
  await expect(later(issuer.token({ sid: 's', n: 2 }))).rejects.toMatchObject({ reason: 'revoked' });
});

it('lets a refusal of the verifier stand, and asks nothing then', async () => {
  const feed = revocationFeed();
  feeds.push(feed);
  await expect(verifierOf(feed)('not a token')).rejects.toMatchObject({ reason: 'malformed' });
});

it('answers 503 for a good token while nobody knows what was revoked', async () => {
  const never = { ...memoryRevocations(), read: () => Promise.reject(new Error('connection refused')) };
  const feed = revocationFeed({ store: never });
  feeds.push(feed);
  await expect(verifierOf(feed)(issuer.token())).rejects.toBeInstanceOf(RevocationsUnavailableError);
});

describe('a token that lives longer than revocations are kept', () => {
  const DAY = 86_400;
  const seconds = Math.floor(Date.now() / 1000);
  const feedOf = async (retentionSeconds?: number) => {
    const feed = revocationFeed(retentionSeconds === undefined ? {} : { retentionSeconds });
    feeds.push(feed);
    await feed.prewarm();
    return feed;
  };

  it.each<[string, object]>([
    ['issued now', { exp: seconds + 31 * DAY }],
    ['issued long ago', { iat: seconds - 31 * DAY, exp: seconds + 60 }],
    ['that does not say when it was issued', { iat: undefined, exp: seconds + 31 * DAY }],
  ])('%s is refused, in its name', async (_what, claims) => {
    const made = issuer.token({ ...claims });
    await expect(verifierOf(await feedOf())(made)).rejects.toMatchObject({
      status: 401,
      code: 'invalid_token',
      reason: 'claims',
      detail: 'The token lives longer than revocations are kept.',
      proven: { issuer: issuer.issuer, subject: issuer.subject },
    });
    expect(await verifierOf(await feedOf(90 * DAY))(made)).toMatchObject({ subject: issuer.subject });
  });

  it('is refused each time, also where a cache repeats its proof', async () => {
    const verify = verifierOf(await feedOf(60));
    const made = issuer.token({ exp: seconds + 120 });
    for (let time = 0; time < 3; time += 1) {
      await expect(verify(made)).rejects.toMatchObject({ reason: 'claims' });
    }
  });

  it.each<[string, number | undefined, boolean]>([
    ['issued now', seconds, true],
    ['issued before the oldest revocation that is remembered', seconds - 31 * DAY, false],
    ['that does not say when it was issued', undefined, true],
  ])('without an end, %s', async (_what, iat, accepted) => {
    const endless: Auth = {
      kind: 'token',
      issuer: issuer.issuer,
      subject: 'alice',
      scopes: [],
      roles: [],
      payload: iat === undefined ? {} : { iat },
      header: {},
      expiresAt: undefined,
    };
    const verify = revocable(() => Promise.resolve(endless), await feedOf());
    if (accepted) expect(await verify('opaque')).toMatchObject({ subject: 'alice' });
    else await expect(verify('opaque')).rejects.toMatchObject({ status: 401, reason: 'claims' });
  });

  it('is accepted where nothing is revoked', async () => {
    const { audience, keys } = issuer;
    const verify = jwtVerifier({ issuer: issuer.issuer, audience, keys, algorithms: ['ES256'] });
    expect(await verify(issuer.token({ exp: seconds + 31 * DAY }))).toMatchObject({ kind: 'token' });
  });
});

it('revokes nothing by a session or id that is empty', async () => {
  const feed = await readyFeed();
  const verify = verifierOf(feed);
  await feed.revoke([{ by: 'sid', issuer: issuer.issuer, value: 's' }]);
  for (const nothing of ['', null]) {
    expect(await verify(issuer.token({ sid: nothing, jti: nothing }))).toMatchObject({ kind: 'token' });
  }
  await expect(feed.revoke([{ by: 'sid', issuer: issuer.issuer, value: '' }])).rejects.toThrow(TypeError);
});

it("judges a host's own proofs by their claims", async () => {
  const feed = await readyFeed();
  const foreign: Auth = { ...tokenProof({ issuer: 'https://host.example', sid: 's' }) };
  const verify = revocable(() => Promise.resolve(foreign), feed);
  await expect(verify('anything')).resolves.toBe(foreign);
  await feed.revoke([{ by: 'sid', issuer: 'https://host.example', value: 's' }]);
  await expect(verify('anything')).rejects.toMatchObject({ reason: 'revoked' });
});

it("takes the copy of an API key's proof, which nothing can revoke by its id, for a bug", async () => {
  const feed = await readyFeed();
  const copy: Auth = { ...tokenProof({ issuer: 'https://host.example' }), kind: 'api-key' };
  await expect(revocable(() => Promise.resolve(copy), feed)('anything')).rejects.toMatchObject({
    code: 'internal',
  });
});

it.each([
  [undefined, {}],
  [() => Promise.reject(new Error()), {}],
])('refuses at mount what is no verifier or no revocations', (verifier, revocations) => {
  expect(() => revocable(verifier as never, revocations as never)).toThrow(TypeError);
});
