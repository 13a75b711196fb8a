import {
  expressOauth2JwtBearer,
  InvalidTokenError,
  jwtVerifier,
  memoryRevocations,
  memoryUsers,
  nodeCrypto,
  revocationFeed,
  sallyport,
  staticKeys,
  type JwtVerifierOptions,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import express from 'express';
import request from 'supertest';

const ONE = '11111111-1111-4111-8111-111111111111';
const TWO = '22222222-2222-4222-8222-222222222222';
const TEMPLATE = 'https://login.example/{tid}/v2.0';
const OLD = 'https://sts.example/{tid}/';
const v2 = (tid: string) => `https://login.example/${tid}/v2.0`;

const issuer = createTestIssuer({ issuer: 'https://accounts.example' });
const { audience, keys, token } = issuer;
const both = [expressOauth2JwtBearer(), nodeCrypto()];

/** What both engines say: the issuer of the proof, or the reason of the refusal and whom it counts against. */
async function judge(rules: Partial<JwtVerifierOptions>, made: string): Promise<string> {
  const verdicts = await Promise.all(
    both.map((engine) =>
      jwtVerifier({ issuer: issuer.issuer, audience, keys, engine, ...rules })(made).then(
        (auth) => auth.issuer,
        (error: unknown) => {
          if (!(error instanceof InvalidTokenError)) throw error;
          return `${error.reason} of ${error.proven?.issuer ?? 'nobody'}`;
        },
      ),
    ),
  );
  expect(verdicts[1]).toBe(verdicts[0]);
  return verdicts[0] ?? '';
}

describe('aliases', () => {
  const rules = { aliases: ['accounts.example'] };

  it.each([issuer.issuer, 'accounts.example'])('a token of %s is of the one issuer', async (iss) => {
    expect(await judge(rules, token({ iss }))).toBe(issuer.issuer);
  });

  it.each(['ACCOUNTS.example', 'accounts.example/', 'http://accounts.example', ['accounts.example']])(
    'a token of %j is of another',
    async (iss) => {
      expect(await judge(rules, token({ iss }))).toBe('unknown_issuer of nobody');
    },
  );

  it('a refusal counts against the user of the one issuer', async () => {
    expect(await judge(rules, token({ iss: 'accounts.example', aud: 'other' }))).toBe(
      `audience of ${issuer.issuer}`,
    );
  });

  it('an alias is verified with the keys of its own issuer alone', async () => {
    const attacker = createTestIssuer({ kid: issuer.signingKey().kid });
    expect(await judge(rules, attacker.token({ iss: 'accounts.example', aud: audience }))).toBe(
      'signature of nobody',
    );
  });
});

describe('tenants', () => {
  const listed = { issuer: TEMPLATE, tenants: [ONE, TWO] } as const;
  const any = { issuer: TEMPLATE, tenants: 'any' } as const;

  it.each([ONE, TWO])('each is an issuer of its own: %s', async (tid) => {
    expect(await judge(listed, token({ iss: v2(tid), tid }))).toBe(v2(tid));
    expect(await judge(any, token({ iss: v2(tid), tid }))).toBe(v2(tid));
  });

  it('one that is not listed is another issuer, unless any is spelled', async () => {
    const tid = '33333333-3333-4333-8333-333333333333';
    expect(await judge(listed, token({ iss: v2(tid), tid }))).toBe('unknown_issuer of nobody');
    expect(await judge(any, token({ iss: v2(tid), tid }))).toBe(v2(tid));
  });

  it.each<[string, Record<string, unknown>]>([
    ['a tenant claim of another tenant', { iss: v2(ONE), tid: TWO }],
    ['no tenant claim', { iss: v2(ONE) }],
    ['a tenant claim that is a list', { iss: v2(ONE), tid: [ONE] }],
    ['a tenant claim in other case', { iss: v2('abc'), tid: 'ABC' }],
    ['the template itself', { iss: TEMPLATE, tid: '{tid}' }],
    ['no tenant at all', { iss: v2(''), tid: '' }],
    ['a tenant that is a path', { iss: v2('a/b'), tid: 'a/b' }],
    ['a tenant with a query', { iss: v2('a?b'), tid: 'a?b' }],
    ['a tenant of 256 characters', { iss: v2('a'.repeat(256)), tid: 'a'.repeat(256) }],
    ['an iss that is too short for the template', { iss: 'https://login.example/v2.0', tid: '' }],
    ['an iss with more behind', { iss: `${v2(ONE)}/x`, tid: ONE }],
    ['an iss with something before', { iss: `x${v2(ONE)}`, tid: ONE }],
    ['an iss that is a list', { iss: [v2(ONE)], tid: ONE }],
    ['no iss', { iss: undefined, tid: ONE }],
  ])('%s is refused', async (_what, claims) => {
    expect(await judge(listed, token(claims))).toBe('unknown_issuer of nobody');
    expect(await judge(any, token(claims))).toBe('unknown_issuer of nobody');
  });

  it('another spelling of a tenant is the same tenant', async () => {
    for (const rules of [listed, any]) {
      const spelled = { ...rules, aliases: [OLD] };
      expect(await judge(spelled, token({ iss: `https://sts.example/${ONE}/`, tid: ONE }))).toBe(v2(ONE));
      expect(await judge(spelled, token({ iss: `https://sts.example/${ONE}/`, tid: TWO }))).toBe(
        'unknown_issuer of nobody',
      );
    }
  });

  it('a key that names one tenant as its issuer verifies no token of another', async () => {
    const set = issuer.jwks() as { keys: object[] };
    const of = (owner: string) => staticKeys({ keys: set.keys.map((key) => ({ ...key, issuer: owner })) });
    const made = token({ iss: v2(ONE), tid: ONE });
    expect(await judge({ ...any, keys: of(v2(ONE)) }, made)).toBe(v2(ONE));
    expect(await judge({ ...any, keys: of(v2(TWO)) }, made)).toBe('unknown_key of nobody');
    expect(await judge({ ...any, keys: of('https://login.example/{tenantid}/v2.0') }, made)).toBe(v2(ONE));
    expect(await judge({ ...any, keys: of('CN=signing') }, made)).toBe(v2(ONE));
    const inside = { issuer: 'http://login:8080/{tid}', tenants: 'any' } as const;
    const theirs = token({ iss: 'http://login:8080/a', tid: 'a' });
    expect(await judge({ ...inside, keys: of('http://login:8080/a') }, theirs)).toBe('http://login:8080/a');
    expect(await judge({ ...inside, keys: of('http://login:8080/b') }, theirs)).toBe('unknown_key of nobody');
  });
});

describe('at mount', () => {
  it.each<[string, object, RegExp]>([
    ['no issuer', { issuer: undefined }, /"issuer" must be a non-empty string/],
    ['an alias for a list of them', { aliases: 'accounts.example' }, /"aliases" must be a list/],
    ['no alias in the list', { aliases: [] }, /"aliases" must be a list/],
    ['an alias that is no string', { aliases: [1] }, /"aliases" must be a list/],
    ['the issuer as its own alias', { aliases: [issuer.issuer] }, /"aliases" must be other/],
    ['a placeholder without tenants', { issuer: TEMPLATE }, /"tenants" must be given/],
    ['tenants without a placeholder', { tenants: 'any' }, /"issuer" must be with "tenants" a template/],
    ['two placeholders', { issuer: 'https://{a}.example/{b}', tenants: 'any' }, /"issuer" must be with/],
    ['a placeholder alone', { issuer: '{iss}', tenants: 'any' }, /"issuer" must be with/],
    ['all tenants in other words', { issuer: TEMPLATE, tenants: '*' }, /"tenants" must be a list/],
    ['no tenant', { issuer: TEMPLATE, tenants: [] }, /"tenants" must be a list/],
    ['a tenant with a slash', { issuer: TEMPLATE, tenants: ['a/b'] }, /"tenants" must be a list/],
    ['a tenant that is no string', { issuer: TEMPLATE, tenants: [null] }, /"tenants" must be a list/],
    ['a tenant twice', { issuer: TEMPLATE, tenants: [ONE, ONE] }, /"tenants" each once/],
    ['tenants without their keys', { issuer: TEMPLATE, tenants: 'any', keys: undefined }, /"keys" must be/],
    ['an alias without the tenant', { issuer: TEMPLATE, tenants: 'any', aliases: ['x'] }, /"issuer" must/],
    [
      'an alias of another claim',
      { issuer: TEMPLATE, tenants: 'any', aliases: ['https://sts.example/{oid}/'] },
      /"aliases" must be templates/,
    ],
    [
      'spellings that one iss may fit both',
      { issuer: 'https://a.example/{tid}', tenants: 'any', aliases: ['https://a.example/x{tid}'] },
      /no iss fits two/,
    ],
  ])('%s is refused', (_what, rules, message) => {
    expect(() => jwtVerifier({ issuer: issuer.issuer, audience, keys, ...rules })).toThrow(message);
  });
});

describe('sallyport() with several issuers', () => {
  const other = createTestIssuer({ issuer: 'https://other.example', audience });
  const family = createTestIssuer({ issuer: 'https://login.example', audience });
  const google = { issuer: issuer.issuer, aliases: ['accounts.example'], audience, keys };
  const entra = { issuer: TEMPLATE, tenants: 'any', audience, keys: family.keys } as const;
  const owner = ({ subject }: { subject: string }) => subject;
  const users = memoryUsers();

  const mount = (...issuers: object[]) => sallyport({ users, owner, issuers: issuers as never });

  it.each<[string, object[]]>([
    ['an alias that is another issuer', [google, { issuer: 'accounts.example', audience, keys: other.keys }]],
    [
      'an alias of both',
      [google, { issuer: other.issuer, aliases: ['accounts.example'], audience, keys: other.keys }],
    ],
    ['a tenant that is another issuer', [entra, { issuer: v2(ONE), audience, keys: other.keys }]],
    ['another issuer that is a tenant', [{ issuer: v2(ONE), audience, keys: other.keys }, entra]],
    ['a family twice', [entra, { ...entra, issuer: 'https://login.example/{oid}/v2.0', keys: other.keys }]],
    ['a family and one of its tenants', [entra, { ...entra, tenants: [ONE], keys: other.keys }]],
  ])('refuses %s', (_what, issuers) => {
    expect(() => mount(...issuers)).toThrow('"issuers" names one issuer twice');
  });

  it('wants to know whose a path is where one issuer has tenants', () => {
    const options = { ...entra, users } as never;
    expect(() => sallyport(options)).toThrow(/several issuers or tenants need "owner"/);
  });

  it('sends each spelling to its own issuer', async () => {
    const port = mount(google, entra, { issuer: other.issuer, audience, keys: other.keys });
    const app = express().get('/', port, ({ auth }, response) => void response.json(auth?.issuer));
    app.use(port.problemDetails);
    const get = (made: string) => request(app).get('/').set('Authorization', `Bearer ${made}`);
    expect((await get(issuer.token({ iss: 'accounts.example' }))).body).toBe(issuer.issuer);
    expect((await get(family.token({ iss: v2(ONE), tid: ONE }))).body).toBe(v2(ONE));
    expect((await get(other.token())).body).toBe(other.issuer);
    await get(other.token({ iss: v2(ONE), tid: ONE })).expect(401);
    await get(other.token({ iss: 'accounts.example' })).expect(401);
    await get(family.token({ iss: other.issuer })).expect(401);
    await get(family.token({ iss: v2(ONE), tid: TWO })).expect(401);
    port.close();
  });

  it('says the name that an iss has in auth.issuer', () => {
    const port = mount({ ...google }, { ...entra, aliases: [OLD] });
    expect(port.issuerNamed(issuer.issuer)).toBe(issuer.issuer);
    expect(port.issuerNamed('accounts.example')).toBe(issuer.issuer);
    expect(port.issuerNamed(`https://sts.example/${TWO}/`)).toBe(v2(TWO));
    for (const iss of ['', 'https://nobody.example', TEMPLATE, v2('a/b')]) {
      expect(port.issuerNamed(iss)).toBeUndefined();
    }
    port.close();
  });

  it('revokes a subject and makes a user for all spellings, and for one tenant alone', async () => {
    const revocations = revocationFeed({ store: memoryRevocations() });
    const port = sallyport({
      users: memoryUsers(),
      owner,
      revocations,
      issuers: [google, { ...entra, tenants: [ONE, TWO] }],
    });
    const app = express().get('/', port, ({ user }, response) => void response.json(user?.id));
    app.use(port.problemDetails);
    const get = (made: string) => request(app).get('/').set('Authorization', `Bearer ${made}`);
    const first = await get(issuer.token()).expect(200);
    expect((await get(issuer.token({ iss: 'accounts.example' }))).body).toBe(first.body);
    const ofOne = await get(family.token({ iss: v2(ONE), tid: ONE })).expect(200);
    expect((await get(family.token({ iss: v2(TWO), tid: TWO }))).body).not.toBe(ofOne.body);

    await revocations.revoke([{ by: 'subject', issuer: issuer.issuer, value: issuer.subject }]);
    await get(issuer.token({ iss: 'accounts.example' })).expect(401);
    await revocations.revoke([{ by: 'subject', issuer: v2(ONE), value: family.subject }]);
    await get(family.token({ iss: v2(ONE), tid: ONE })).expect(401);
    await get(family.token({ iss: v2(TWO), tid: TWO })).expect(200);
    port.close();
    revocations.close();
  });
});
