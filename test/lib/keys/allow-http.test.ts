import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import {
  jwtVerifier,
  memoryUsers,
  remoteKeys,
  sallyport,
  staticKeys,
  type RemoteKeysOptions,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';
import request from 'supertest';
import { cleanUp, later } from '../../support/clean-up';

const ISSUER = 'http://keycloak:8080/realms/demo';
const test = createTestIssuer({ issuer: ISSUER, algorithms: ['ES256'], kid: 'k' });

afterEach(cleanUp);

/** The issuer's answers, with the addresses that were asked. */
function realm(uri: string, options: Partial<RemoteKeysOptions> = {}) {
  const asked: string[] = [];
  const keys = remoteKeys({
    issuer: ISSUER,
    allowHttp: ['keycloak:8080'],
    ...options,
    fetch: (url: string) => {
      asked.push(url);
      const { issuer = ISSUER } = options;
      const isDiscovery = url.endsWith('/openid-configuration');
      return Promise.resolve(Response.json(isDiscovery ? { issuer, jwks_uri: uri } : test.jwks()));
    },
  } as RemoteKeysOptions);
  later(() => keys.close());
  return { keys, asked };
}

it('asks the host that is spelled in plain http, for its discovery document and its keys', async () => {
  const { keys, asked } = realm(`${ISSUER}/certs`);
  expect(await keys.find('k')).toMatchObject({ kid: 'k' });
  expect(asked).toEqual([`${ISSUER}/.well-known/openid-configuration`, `${ISSUER}/certs`]);
});

it.each([
  ['http://keycloak/jwks', 'keycloak:80'],
  ['http://keycloak:80/jwks', 'keycloak:80'],
  ['http://KeyCloak:8080/jwks', 'Keycloak:8080'],
  ['http://[fd00::1]:8080/jwks', '[fd00::1]:8080'],
  ['http://10.1.2.3/jwks', '10.1.2.3:80'],
])('takes the address %s with %s', (jwksUri, host) => {
  expect(() => remoteKeys({ jwksUri, allowHttp: [host] })).not.toThrow();
});

it.each([
  ['another port', 'http://keycloak:8081/jwks'],
  ['no port', 'http://keycloak/jwks'],
  ['a host that ends like it', 'http://notkeycloak:8080/jwks'],
  ['a host that begins like it', 'http://keycloak.attacker.test:8080/jwks'],
  ['userinfo of its name', 'http://keycloak:8080@attacker.test/jwks'],
  ['userinfo before it', 'http://ada:hush@keycloak:8080/jwks'],
])('does not ask for %s', (_, jwksUri) => {
  expect(() => remoteKeys({ jwksUri, allowHttp: ['keycloak:8080'] })).toThrow('"jwksUri"');
});

it.each([{ issuer: 'http://keycloak/realms/demo' }, { jwksUri: 'http://keycloak/jwks' }])(
  'is named, with what to spell, where an address in plain http is refused: %j',
  (options) => {
    expect(() => remoteKeys(options)).toThrow('spell the option allowHttp: ["keycloak:80"]');
  },
);

it.each([
  ['text', 'keycloak:8080'],
  ['a host without its port', ['keycloak']],
  ['a url', ['http://keycloak:8080']],
  ['a path', ['keycloak:8080/realms']],
  ['any port', ['keycloak:*']],
  ['any host', ['*:8080']],
  ['an address in another spelling', ['0x7f.1:80']],
  ['a port with a zero in front', ['keycloak:08080']],
  ['userinfo', ['ada@keycloak:8080']],
  ['a backslash', ['keycloak\\x:8080']],
  ['a port that is none', ['keycloak:99999']],
  ['nothing', ['']],
  ['null', null],
])('is refused at mount where it is %s', (_, allowHttp) => {
  const options = { jwksUri: 'https://issuer.test/jwks', allowHttp } as never;
  expect(() => remoteKeys(options)).toThrow('"allowHttp"');
});

it.each([
  ['another host', 'http://other:8080/certs'],
  ['this machine', 'http://127.0.0.1:8080/certs'],
  ['localhost', 'http://localhost:8080/certs'],
])('lets the issuer name no keys in plain http on %s', async (_, uri) => {
  const { keys, asked } = realm(uri);
  await expect(keys.find('k')).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(keys.state().lastFailure).toBe('discovery_jwks_uri');
  expect(asked).toHaveLength(1);
});

it('lets an issuer with https name no keys in plain http, however the host is spelled', async () => {
  const { keys, asked } = realm('http://keycloak:8080/certs', { issuer: 'https://issuer.test' });
  await expect(keys.find('k')).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect(asked).toHaveLength(1);
});

it('lets an issuer on this machine name keys on the host that is spelled', async () => {
  const { keys } = realm('http://keycloak:8080/certs', { issuer: 'http://localhost:8080' });
  expect(await keys.find('k')).toMatchObject({ kid: 'k' });
});

describe('of a whole chain', () => {
  it('lets it read its keys over real http', async () => {
    const server = createServer((incoming, response) => {
      const isDiscovery = incoming.url === '/.well-known/openid-configuration';
      const document = isDiscovery ? { issuer, jwks_uri: `${issuer}/jwks` } : own.jwks();
      response.end(JSON.stringify(document));
    }).listen(0, '127.0.0.1');
    later(() => void server.close());
    await once(server, 'listening');
    // The same listener, by an address that is no loopback one.
    const host = `0.0.0.0:${(server.address() as AddressInfo).port}`;
    const issuer = `http://${host}`;
    const own = createTestIssuer({ issuer });
    const port = sallyport({ issuer, audience: own.audience, users: memoryUsers(), allowHttp: [host] });
    later(() => port.close());
    const app = express().use(port, (_, response) => void response.end());
    await request(app).get('/').set('Authorization', `Bearer ${own.token()}`).expect(200);
  });

  it('is refused, with its name, beside a key source, and where it is wrong', () => {
    const options = { issuer: ISSUER, audience: 'api', users: memoryUsers() };
    expect(() => sallyport(options)).toThrow('spell the option allowHttp: ["keycloak:8080"]');
    expect(() => sallyport({ ...options, allowHttp: ['keycloak'] })).toThrow('"allowHttp"');
    const keys = staticKeys(test.publicKeyPem());
    expect(() => sallyport({ ...options, keys, allowHttp: ['keycloak:8080'] })).toThrow('"allowHttp"');
    expect(() => jwtVerifier({ issuer: ISSUER, audience: 'api', keys, allowHttp: [] })).toThrow(
      '"allowHttp"',
    );
  });
});
