import { setTimeout as wait } from 'node:timers/promises';
import { cleanUp } from '../../support/clean-up';
import { playgroundUnderTest, type PlaygroundUnderTest } from './support/playing';

const LIST = { method: 'GET', path: '/api/user_modules/user/ada' };
const asToken = (value: string): object => ({ kind: 'token', value });

let playground: PlaygroundUnderTest;

beforeAll(async () => {
  playground = await playgroundUnderTest();
});

afterAll(cleanUp);

const ada = async (): Promise<string> =>
  (await playground.ask('sign-in', { person: 'ada', seconds: 60 })).token;

interface Drawn {
  readonly name: string;
  readonly outcome: string;
  readonly note: string;
}

const decided = ({ way }: { readonly way: readonly Drawn[] }): Drawn | undefined =>
  way.find(({ outcome }) => outcome === 'decided');
const outcomes = ({ way }: { readonly way: readonly Drawn[] }): Record<string, string> =>
  Object.fromEntries(way.map(({ name, outcome }) => [name, outcome]));
const events = (exchange: { readonly events: readonly { readonly event: string }[] }): string[] =>
  exchange.events.map(({ event }) => event);

describe('the way of a request', () => {
  it('leads through every step to the store, and is told by the events of that request', async () => {
    const first = await playground.exchange({ ...LIST, credential: asToken(await ada()) });
    expect(first.answer.status).toBe(200);
    expect(events(first)).toEqual(expect.arrayContaining(['cache_miss', 'verified', 'provisioned']));
    expect(decided(first)?.name).toBe('store');
    expect(new Set(first.way.slice(0, -1).map(({ outcome }: Drawn) => outcome))).toEqual(new Set(['passed']));
    expect(first.way.find(({ name }: Drawn) => name === 'user').note).toBe(
      'Seen for the first time: created',
    );
  });

  it('leaves out what the cache repeats', async () => {
    const credential = asToken(await ada());
    await playground.exchange({ ...LIST, credential });
    const again = await playground.exchange({ ...LIST, credential });
    expect(outcomes(again)).toMatchObject({
      cache: 'passed',
      'strict parse': 'skipped',
      key: 'skipped',
      engine: 'skipped',
      claims: 'skipped',
      revocation: 'passed',
      store: 'decided',
    });
  });

  it('shows the request as it was sent, and the whole answer', async () => {
    const token = await ada();
    const { sent, answer } = await playground.exchange({ ...LIST, credential: asToken(token) });
    expect(sent.headers).toContainEqual(['Authorization', `Bearer ${token}`]);
    expect(answer.headers).toContainEqual(['Cache-Control', 'no-store']);
    expect(JSON.parse(answer.body)).toEqual({ items: [], nextCursor: null });
  });

  it('names who is with the handler, which needs no store', async () => {
    const me = await playground.exchange({
      method: 'GET',
      path: '/api/users/me',
      credential: asToken(await ada()),
    });
    expect([me.answer.status, decided(me)?.name]).toEqual([200, 'handler']);
  });

  const REFUSALS: readonly [string, (token: string) => object, string, string][] = [
    ['no credential', () => ({ credential: { kind: 'none' } }), 'credential', 'missing_credentials'],
    ['what is no token', () => ({ credential: asToken('abc') }), 'strict parse', 'invalid_token'],
    [
      'alg none',
      (token) => ({ credential: asToken(changed(token, { header: { alg: 'none' } })) }),
      'strict parse',
      'invalid_token',
    ],
    [
      'an unknown kid',
      (token) => ({ credential: asToken(changed(token, { header: { kid: 'other' } })) }),
      'key',
      'invalid_token',
    ],
    [
      'another subject',
      (token) => ({ credential: asToken(changed(token, { payload: { sub: 'bob' } })) }),
      'engine',
      'invalid_token',
    ],
    [
      'another issuer',
      (token) => ({ credential: asToken(changed(token, { payload: { iss: 'x' } })) }),
      'claims',
      'invalid_token',
    ],
    [
      'a made-up API key',
      () => ({ credential: { kind: 'api-key', value: 'sp_made_up' } }),
      'key',
      'invalid_token',
    ],
    [
      "another user's path",
      (token) => ({ path: '/api/user_modules/user/bob', credential: asToken(token) }),
      'scope, owner',
      'not_owner',
    ],
    [
      'a missing scope',
      (token) => ({ method: 'POST', path: '/api/admin/revocations', body: '{}', credential: asToken(token) }),
      'scope, owner',
      'insufficient_scope',
    ],
    [
      'a body that is none',
      (token) => ({ method: 'POST', path: '/api/user_modules/save', body: '{', credential: asToken(token) }),
      'handler',
      'invalid_body',
    ],
    [
      'a module that is not there',
      (token) => ({ path: '/api/user_modules/user/ada/none', credential: asToken(token) }),
      'store',
      'not_found',
    ],
  ];

  it.each(REFUSALS)('ends for %s where it was refused', async (_case, asked, step, code) => {
    const refused = await playground.exchange({ ...LIST, ...asked(await ada()) });
    expect([decided(refused)?.name, refused.code]).toEqual([step, code]);
    expect(decided(refused)?.note).toBe(refused.detail);
    const end: number = refused.way.findIndex(({ outcome }: Drawn) => outcome === 'decided');
    for (const { outcome, note } of refused.way.slice(end + 1))
      expect([outcome, note]).toEqual(['unreached', '']);
    for (const { outcome } of refused.way.slice(0, end)) expect(outcome).not.toBe('unreached');
  });

  it('asks no key of a token whose issuer is another, and asks one of a token that expired', async () => {
    const { issuer } = playground;
    const foreign = changed(await ada(), { payload: { iss: 'https://other.example' } });
    const unasked = await playground.exchange({ ...LIST, credential: asToken(foreign) });
    expect(outcomes(unasked)).toMatchObject({ key: 'skipped', engine: 'skipped', claims: 'decided' });

    const expired = issuer.token({ sub: 'ada', exp: 1 });
    const asked = await playground.exchange({ ...LIST, credential: asToken(expired) });
    expect(outcomes(asked)).toMatchObject({ key: 'passed', engine: 'passed', claims: 'decided' });
  });

  it('ends at the revocation for a session that is revoked', async () => {
    const credential = asToken(await ada());
    const revoked = await playground.exchange({ method: 'POST', path: '/api/sessions/revoke', credential });
    expect(revoked.answer.status).toBe(204);
    const refused = await playground.exchange({ ...LIST, credential });
    expect(decided(refused)?.name).toBe('revocation');
  });

  it('has a key of its own for API keys, and no signature', async () => {
    const body = JSON.stringify({ name: 'playground' });
    const credential = asToken(await ada());
    const made = await playground.exchange({ method: 'POST', path: '/api/keys', body, credential });
    const { key } = JSON.parse(made.answer.body);
    const used = await playground.exchange({ ...LIST, credential: { kind: 'api-key', value: key } });
    expect(outcomes(used)).toMatchObject({
      key: 'passed',
      engine: 'skipped',
      claims: 'skipped',
      store: 'decided',
    });
    const misused = await playground.exchange({
      method: 'POST',
      path: '/api/keys',
      body,
      credential: { kind: 'api-key', value: key },
    });
    expect([misused.code, decided(misused)?.name]).toEqual(['token_required', 'scope, owner']);
  });
});

describe('the limits', () => {
  it('end the way of a subject at its limit', async () => {
    const few = await playgroundUnderTest({ RATE_LIMIT_USER_PER_MINUTE: '1' });
    const { token } = await few.ask('sign-in', { person: 'ada', seconds: 60 });
    await few.exchange({ ...LIST, credential: asToken(token) });
    const limited = await few.exchange({ ...LIST, credential: asToken(token) });
    expect([limited.answer.status, decided(limited)?.name]).toEqual([429, 'subject limit']);
  });

  it('end the way of an address at its limit, before its credential is looked at', async () => {
    const few = await playgroundUnderTest({ RATE_LIMIT_IP_PER_MINUTE: '1' });
    await few.exchange({ ...LIST, credential: { kind: 'none' } });
    const limited = await few.exchange({ ...LIST, credential: { kind: 'none' } });
    expect([limited.answer.status, decided(limited)?.name]).toEqual([429, 'address limit']);
  });
});

describe('the issuer', () => {
  beforeAll(async () => {
    playground = await playgroundUnderTest();
  });

  it('signs with a new key, which the service asks for once', async () => {
    await playground.exchange({ ...LIST, credential: asToken(await ada()) });
    const fetches: number = playground.issuer.fetches;
    const { kid } = await playground.ask('rotate');
    const used = await playground.exchange({ ...LIST, credential: asToken(await ada()) });
    expect(used.answer.status).toBe(200);
    expect(used.way.find(({ name }: Drawn) => name === 'key').note).toBe(
      `${kid}, found when the keys were read anew`,
    );
    expect(playground.issuer.fetches).toBe(fetches + 1);
  });

  it('replaces its key, and what the old one signed is refused', async () => {
    const old = await ada();
    await playground.ask('replace');
    await playground.exchange({ ...LIST, credential: asToken(await ada()) });
    const refused = await playground.exchange({ ...LIST, credential: asToken(old) });
    expect([decided(refused)?.name, refused.code]).toEqual(['key', 'invalid_token']);
  });

  it('is asked a few times for fifty made-up kids', async () => {
    await playground.exchange({ ...LIST, credential: asToken(await ada()) });
    const { last, tally, fetches } = await playground.ask('flood');
    expect(tally).toEqual({ '401 invalid_token': 50 });
    expect(decided(last)?.name).toBe('key');
    expect(fetches).toBeLessThan(25);
  });

  it('can be down and back, says so, and signs nobody in meanwhile', async () => {
    await playground.exchange({ ...LIST, credential: asToken(await ada()) });
    expect(await playground.ask('outage')).toEqual({ isUp: false });
    await expect(fetch(playground.issuer.jwksUri)).rejects.toThrow('fetch failed');
    await expect(playground.ask('sign-in', { person: 'ada', seconds: 60 })).rejects.toThrow(
      '500 The issuer is down',
    );
    expect(await playground.ask('state')).toMatchObject({ isUp: false, service: playground.service });
    expect(await playground.ask('outage')).toEqual({ isUp: true });
    expect((await fetch(playground.issuer.jwksUri)).status).toBe(200);
  });

  it('ends the way at the key with 503 where its keys are too old', async () => {
    const hasty = await playgroundUnderTest({ JWKS_FRESH_SECONDS: '1', JWKS_STALE_SECONDS: '0' });
    const { token } = await hasty.ask('sign-in', { person: 'ada', seconds: 60 });
    await hasty.ask('outage');
    let refused = await hasty.exchange({ ...LIST, credential: asToken(token) });
    while (refused.answer.status === 200) {
      // Slowly enough not to meet the limit of 120 requests a minute first.
      await wait(200);
      refused = await hasty.exchange({ ...LIST, credential: asToken(token) });
    }
    expect([refused.answer.status, refused.code, decided(refused)?.name]).toEqual([
      503,
      'keys_unavailable',
      'key',
    ]);
  });
});

describe('what the page sends', () => {
  it.each([
    ['sign-in', { person: 'mallory', seconds: 60 }],
    ['sign-in', { person: '__proto__', seconds: 60 }],
    ['sign-in', { person: 'ada', seconds: 0 }],
    ['sign-in', { person: 'ada', seconds: 1e9 }],
    ['sign-in', { person: 'ada' }],
    ['sign-in', []],
    ['exchange', {}],
    ['exchange', { ...LIST }],
    ['exchange', { ...LIST, credential: { kind: 'cookie', value: 'x' } }],
    ['exchange', { ...LIST, credential: { kind: 'token', value: 'a\r\nHost: b' } }],
    ['exchange', { ...LIST, credential: { kind: 'token', value: 7 } }],
    ['exchange', { ...LIST, credential: { kind: 'token', value: '' } }],
    ['exchange', { ...LIST, method: 'CONNECT', credential: { kind: 'none' } }],
    ['exchange', { ...LIST, path: 'http://elsewhere.example/', credential: { kind: 'none' } }],
    ['exchange', { ...LIST, path: '@elsewhere.example/', credential: { kind: 'none' } }],
    ['exchange', { ...LIST, path: '/health/ready', credential: { kind: 'none' } }],
    ['exchange', { ...LIST, body: {}, credential: { kind: 'none' } }],
  ])('is refused where it is not understood: %s %j', async (name, given) => {
    await expect(playground.ask(name, given)).rejects.toThrow(/^400 /);
  });
});

type Part = 'header' | 'payload';

/** The token with other members in a part, under the signature that it had. */
function changed(token: string, change: Partial<Record<Part, object>>): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const other = (part: string, members: object | undefined): string =>
    members === undefined
      ? part
      : encoded({ ...JSON.parse(Buffer.from(part, 'base64url').toString()), ...members });
  return [other(header, change.header), other(payload, change.payload), signature].join('.');
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
