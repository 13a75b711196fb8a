import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { generateSigningKey, signToken } from 'sallyport/testing';
import { expectProblem, expectUnauthorized } from '../support/assertions';
import { cleanUp } from '../support/clean-up';
import { eventually } from '../support/eventually';
import { AUDIENCE, startService, type ServiceUnderTest } from '../support/service';
import { stores } from '../support/stores';

const seconds = () => Math.floor(Date.now() / 1000);

describe.each(stores)('what is refused over the $name store', (store) => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startService({}, store);
    await service.as('warm').get('/api/users/me');
  });
  afterAll(cleanUp);

  const claims = () => ({
    iss: service.issuer.issuer,
    aud: AUDIENCE,
    sub: 'mallory',
    iat: seconds(),
    exp: seconds() + 60,
  });
  const header = () => ({ alg: 'RS256', typ: 'JWT', kid: service.issuer.signingKey().kid });
  const token = (overrides: Record<string, unknown> = {}, headers: Record<string, unknown> = {}) =>
    service.issuer.token({ sub: 'mallory', ...overrides }, headers);

  async function expectNothingWritten(): Promise<void> {
    const identity = { issuer: service.issuer.issuer, subject: 'mallory' };
    expect(await service.storage.users.find(identity)).toBeUndefined();
  }

  const tokens: [string, () => string][] = [
    [
      'a signature of another key',
      () => signToken(header(), claims(), generateSigningKey('RS256').privateKey),
    ],
    ['a token that expired', () => token({ iat: seconds() - 120, exp: seconds() - 60 })],
    ['a token that is not valid yet', () => token({ nbf: seconds() + 60 })],
    ['a token from the future', () => token({ iat: seconds() + 60, exp: seconds() + 120 })],
    ['a token that never expires', () => token({ exp: undefined })],
    ['a token that outlives every revocation', () => token({ exp: seconds() + 31 * 86_400 })],
    ['another issuer', () => token({ iss: 'https://other.example' })],
    ['the issuer in other case', () => token({ iss: service.issuer.issuer.replace('http', 'HTTP') })],
    ['the issuer with a slash behind', () => token({ iss: `${service.issuer.issuer}/` })],
    ['another audience', () => token({ aud: 'other' })],
    ['no audience', () => token({ aud: undefined })],
    ['an unknown kid', () => token({}, { kid: 'made-up' })],
    ['no kid', () => token({}, { kid: undefined })],
    ['no subject', () => token({ sub: undefined })],
    ['a blank subject', () => token({ sub: ' ' })],
    ['a subject that is no string', () => token({ sub: { $gt: '' } })],
    ['alg none', () => token({}, { alg: 'none' })],
    ['alg None without a signature', () => token({}, { alg: 'None' }).replace(/[^.]*$/, '')],
    [
      'HS256 keyed with the public key',
      () => {
        const secret = createSecretKey(Buffer.from(service.issuer.publicKeyPem()));
        return signToken({ ...header(), alg: 'HS256' }, claims(), secret);
      },
    ],
    ['a key that the token brings along', () => withOwnKey(header(), claims())],
    ['an unknown crit', () => token({}, { crit: ['exp'] })],
    ['a token that is bound to a key', () => token({ cnf: { jkt: 'x' } })],
    ['a token that is bound to a certificate', () => token({ cnf: { 'x5t#S256': 'x' } })],
    ['a token that is bound to null', () => token({ cnf: null })],
    ['a token of a time past all counting', () => token({ nbf: 1e300 })],
    ['a token in five parts', () => `${token()}.AAAA.AAAA`],
    ['a token in two parts', () => token().split('.').slice(0, 2).join('.')],
    ['a token that is no JWT', () => 'AAAA.BBBB.CCCC'],
    ['text', () => 'letmein'],
  ];

  it.each(tokens)('401 invalid_token for %s, with nothing written', async (_what, make) => {
    const answer = await service.with({ authorization: `Bearer ${make()}` }).save('m', { mallory: true });
    expectUnauthorized(answer, 'invalid_token');
    await expectNothingWritten();
  });

  it.each<[string, Record<string, string>]>([
    ['nothing', {}],
    ['Basic', { authorization: 'Basic bWFsbG9yeTpzZWNyZXQ=' }],
    ['identity headers', { 'x-user-id': 'mallory', 'x-forwarded-user': 'mallory' }],
    ['a token in a cookie', { cookie: '__session=eyJhbGciOiJSUzI1NiJ9.e30.AAAA' }],
  ])('401 missing_credentials with a bare challenge for %s', async (_what, headers) => {
    expectUnauthorized(await service.with(headers).save('m', {}), 'missing_credentials');
    await expectNothingWritten();
  });

  it('never takes a token from the query or the body', async () => {
    const valid = token();
    const nobody = service.with({});
    expectUnauthorized(await nobody.get(`/api/users/me?access_token=${valid}`), 'missing_credentials');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await nobody.request('POST', '/api/user_modules/save', form, `access_token=${valid}`);
    expectUnauthorized(answer, 'missing_credentials');
    expect(service.logText()).not.toContain(valid);
    await expectNothingWritten();
  });

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer a,b', 'Bearer a=b'])(
    '400 for the malformed header "%s"',
    async (authorization) => {
      expectProblem(await service.with({ authorization }).get('/api/users/me'), 400, 'invalid_request');
    },
  );

  it('503 with Retry-After while the issuer is down and its keys were never seen', async () => {
    const early = await startService({}, store);
    await early.stop();
    await early.issuer.fail('refused');
    const cold = await early.restart();
    const answer = await cold.as('ada').save('m', {});
    expectProblem(answer, 503, 'keys_unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await cold.storage.users.find({ issuer: cold.issuer.issuer, subject: 'ada' })).toBeUndefined();

    await cold.issuer.recover();
    await eventually(async () => (await cold.as('ada').save('m', {})).status === 201);
  });
});

function withOwnKey(header: object, claims: object): string {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return signToken({ ...header, jwk: publicKey.export({ format: 'jwk' }) }, claims, privateKey);
}
