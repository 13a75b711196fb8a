import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../support/clean-up';
import { eventually } from '../support/eventually';
import { rawHttp } from '../support/raw-http';
import { startService, type ServiceUnderTest } from '../support/service';

afterAll(cleanUp);

const JWT = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.${'hush'.repeat(12)}`;
const KEY = `sp_A1b2C3d4E5f6G7h8I_${'hush'.repeat(11)}abc36`;
const encoded = (text: string) => text.replace(/[^]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);

/** Each holds `hush`, which nothing that is logged may. */
const SECRETS: readonly (readonly [string, string])[] = [
  ['a token', JWT],
  ['a token that was cut', JWT.slice(0, -7)],
  ['a token under a scheme in mixed case', `bEARER ${JWT}`],
  ['a percent-encoded token', encoded(JWT)],
  ['a token encoded twice', encodeURIComponent(encoded(JWT))],
  ['a key', KEY],
  ['a key after an underscore', `key_${KEY}`],
  ['a key after a letter', `x${KEY}`],
  ['a key beside a malformed escape', `%E0%A4${KEY.replaceAll('_', '%5F')}`],
  ['a webhook secret', `whsec_${'hush'.repeat(8)}`],
  ['the userinfo of a URL', 'https://ada:hush@keys.example/set'],
  ['the query of a URL', 'https://keys.example/set?code=hush'],
];
const ENCODINGS = ['hush', encoded('hush'), encodeURIComponent(encoded('hush'))];

type Send = (service: ServiceUnderTest, secret: string) => Promise<unknown>;

const ada = (service: ServiceUnderTest) => service.as('ada');
const administrator = (service: ServiceUnderTest) =>
  service.with({
    authorization: `Bearer ${service.issuer.token({ sub: 'root', scope: 'revocations:write' })}`,
  });
const revoke =
  (field: string): Send =>
  (service, secret) =>
    administrator(service).post('/api/admin/revocations', { sid: 'sess_of_nobody', [field]: secret });
const header =
  (name: string): Send =>
  (service, secret) =>
    service.with({ [name]: secret }).get('/api/users/me');
const claim =
  (name: string): Send =>
  (service, secret) =>
    service
      .with({ authorization: `Bearer ${service.issuer.token({ sub: 'ada', [name]: secret })}` })
      .get('/api/users/me');

const PLACES: Readonly<Record<string, Send>> = {
  'the path': (service, secret) => ada(service).get(`/${encodeURI(secret)}`),
  'the path, as it is': (service, secret) =>
    rawHttp(service.url, `GET /${secret.replace(' ', '+')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
  'the target itself': (service, secret) =>
    rawHttp(service.url, `GET ${secret.replace(' ', '+')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
  'a long path': (service, secret) => ada(service).get(`/${'x'.repeat(480)}/${encodeURI(secret)}`),
  'the userId of a path': (service, secret) =>
    ada(service).get(`/api/user_modules/user/${encodeURIComponent(secret)}`),
  'the moduleId of a path': (service, secret) =>
    ada(service).delete(`/api/user_modules/user/ada/${encodeURIComponent(secret)}`),
  'the id of a key': (service, secret) => ada(service).delete(`/api/keys/${encodeURIComponent(secret)}`),
  'a query': (service, secret) => ada(service).get(`/api/users/me?t=${encodeURIComponent(secret)}`),
  'a method': (service, secret) => rawHttp(service.url, `${secret} / HTTP/1.1\r\nHost: x\r\n\r\n`),
  'the method override': header('x-http-method-override'),
  Authorization: header('authorization'),
  'X-API-Key': header('x-api-key'),
  Cookie: header('cookie'),
  'X-Request-Id': header('x-request-id'),
  'User-Agent': header('user-agent'),
  'X-Forwarded-For': header('x-forwarded-for'),
  'If-Match': (service, secret) => ada(service).save('m', {}, { 'if-match': `"${secret}"` }),
  'Content-Type': (service, secret) => ada(service).post('/api/keys', '{}', { 'content-type': secret }),
  'a body that is no JSON': (service, secret) => ada(service).post('/api/keys', secret),
  'the moduleId of a body': (service, secret) => ada(service).save(secret, {}),
  'the data of a body': (service, secret) => ada(service).save('m', { secret, [secret]: 1 }),
  'an unknown member of a body': (service, secret) => ada(service).post('/api/keys', { [secret]: 1 }),
  'the name of a key': (service, secret) => ada(service).post('/api/keys', { name: secret.slice(0, 100) }),
  'the scope of a key': (service, secret) =>
    ada(service).post('/api/keys', { name: 'n', scopes: [secret.slice(0, 100)] }),
  'the reason of a revocation': revoke('reason'),
  'the jti of a revocation': revoke('jti'),
  'the sid of a revocation': revoke('sid'),
  'the subject of a revocation': revoke('subject'),
  'the issuer of a revocation': revoke('issuer'),
  'the keyId of a revocation': revoke('keyId'),
  'the sub of a token': claim('sub'),
  'the sid of a token': claim('sid'),
  'the jti of a token': claim('jti'),
  'the iss of a token': claim('iss'),
  'the aud of a token': claim('aud'),
  'the sub of a token that is refused after its signature': (service, secret) =>
    service
      .with({ authorization: `Bearer ${service.issuer.token({ sub: secret, exp: 1 })}` })
      .get('/api/users/me'),
  'the sub of a token on the path of another': (service, secret) =>
    service
      .with({ authorization: `Bearer ${service.issuer.token({ sub: secret })}` })
      .get('/api/user_modules/user/bob'),
  traceparent: header('traceparent'),
  'the kid of a token': (service, secret) =>
    service
      .with({ authorization: `Bearer ${service.issuer.token({ sub: 'ada' }, { kid: secret })}` })
      .get('/api/users/me'),
};

describe('a credential', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startService();
  });

  it.each(Object.entries(PLACES))('is in no line of the log when it was put into %s', async (_, send) => {
    const before = service.logText().length;
    for (const [, secret] of SECRETS) await send(service, secret).catch(() => undefined);
    await service.with({}).get('/health/live', { 'x-request-id': 'last' });
    const text = service.logText().slice(before).toLowerCase();
    expect(text).toContain('"last"');
    for (const form of ENCODINGS) expect(text).not.toContain(form);
  });
});

describe('the query of AUTH_JWKS_URI', () => {
  it.each([
    ['answers', 200],
    ['fails', 500],
  ])('is in no line, and in no answer, when the key server %s', async (_, status) => {
    const issuer = createTestIssuer({ issuer: 'https://issuer.example', audience: 'analyzer' });
    const server = createServer((request, response) => {
      const found = request.url === '/set?code=hush' ? status : 404;
      response.writeHead(found).end(JSON.stringify(issuer.jwks()));
    }).listen(0, '127.0.0.1');
    later(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const service = await startService({
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: 'analyzer',
      AUTH_JWKS_URI: `http://127.0.0.1:${port}/set?code=hush`,
    });
    const event = status === 200 ? 'keys_refreshed' : 'keys_failed';
    const told = () => service.log().find((line) => line['event'] === event);
    await eventually(async () => told() !== undefined);
    if (status !== 200) expect(told()).toMatchObject({ address: `http://127.0.0.1:${port}/set`, status });
    const ready = await service.with({}).get('/health/ready');
    const unknown = issuer.token({}, { kid: 'unknown' });
    const refused = await service.with({ authorization: `Bearer ${unknown}` }).get('/api/users/me');
    expect([ready.status, refused.status]).toEqual(status === 200 ? [200, 401] : [503, 503]);
    for (const text of [service.logText(), ready.text, refused.text]) expect(text).not.toContain('hush');
    expect(service.logText()).toContain(`"source":"http://127.0.0.1:${port}/set"`);
  });
});
