import { remoteKeys, type SallyportEvent } from 'sallyport';
import { createTestIssuer, startTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { oversleep, pass, stopTime } from '../../support/fake-time';

const ISSUER = 'https://issuer.test/tenant';
const test = createTestIssuer({ issuer: ISSUER, algorithms: ['ES256'], kid: 'k' });

beforeEach(stopTime);
afterEach(async () => {
  await cleanUp();
  jest.useRealTimers();
});

/** A web of JSON documents by address; what is not there is 404, or as `statuses` say. */
function web(
  documents: Record<string, unknown>,
  issuer = ISSUER,
  missing = 404,
  statuses: Record<string, number> = {},
) {
  const asked: string[] = [];
  const events: SallyportEvent[] = [];
  const keys = remoteKeys({
    issuer,
    onEvent: (event) => events.push(event),
    fetch: (url) => {
      asked.push(url);
      const document = documents[url];
      return Promise.resolve(
        new Response(JSON.stringify(document), { status: document ? 200 : (statuses[url] ?? missing) }),
      );
    },
  });
  later(() => keys.close());
  return { asked, keys, documents, events };
}

const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const JWKS = 'https://keys.test/jwks';

it('reads the keys where the issuer says they are', async () => {
  const { keys, asked } = web({ [DISCOVERY]: { issuer: ISSUER, jwks_uri: JWKS }, [JWKS]: test.jwks() });
  expect(await keys.find('k')).toMatchObject({ kid: 'k' });
  expect(asked).toEqual([DISCOVERY, JWKS]);
  expect(keys.state().source).toBe(ISSUER);
});

it('works over real HTTP', async () => {
  const issuer = await startTestIssuer({ algorithms: ['ES256'] });
  later(issuer.close);
  const keys = remoteKeys({ issuer: issuer.issuer });
  later(() => keys.close());
  expect(await keys.find(issuer.signingKey().kid)).toBeDefined();
  expect([issuer.discoveries, issuer.fetches]).toEqual([1, 1]);
});

it('asks in the same place for an issuer that ends with a slash, which stays part of its name', async () => {
  const found = { [DISCOVERY]: { issuer: `${ISSUER}/`, jwks_uri: JWKS }, [JWKS]: test.jwks() };
  expect(await web(found, `${ISSUER}/`).keys.find('k')).toBeDefined();
  await expect(web(found, ISSUER).keys.find('k')).rejects.toMatchObject({ code: 'keys_unavailable' });
});

it.each<[string, unknown, string]>([
  ['another issuer', { issuer: 'https://attacker.test', jwks_uri: JWKS }, 'discovery_issuer'],
  ['its issuer in capitals', { issuer: ISSUER.toUpperCase(), jwks_uri: JWKS }, 'discovery_issuer'],
  ['its issuer with a slash', { issuer: `${ISSUER}/`, jwks_uri: JWKS }, 'discovery_issuer'],
  ['no issuer', { jwks_uri: JWKS }, 'discovery_issuer'],
  ['its issuer in a list', { issuer: [ISSUER], jwks_uri: JWKS }, 'discovery_issuer'],
  ['no address of keys', { issuer: ISSUER }, 'discovery_jwks_uri'],
  ['keys in plain http', { issuer: ISSUER, jwks_uri: 'http://keys.test/jwks' }, 'discovery_jwks_uri'],
  ['keys on 0.0.0.0', { issuer: ISSUER, jwks_uri: 'http://0.0.0.0/jwks' }, 'discovery_jwks_uri'],
  ['keys on this machine', { issuer: ISSUER, jwks_uri: 'http://127.0.0.1:9/jwks' }, 'discovery_jwks_uri'],
  ['keys on localhost', { issuer: ISSUER, jwks_uri: 'http://localhost/jwks' }, 'discovery_jwks_uri'],
  ['keys on the IPv6 loopback', { issuer: ISSUER, jwks_uri: 'http://[::1]:8080/' }, 'discovery_jwks_uri'],
  ['keys in a file', { issuer: ISSUER, jwks_uri: 'file:///etc/jwks' }, 'discovery_jwks_uri'],
  ['a relative address', { issuer: ISSUER, jwks_uri: '/jwks' }, 'discovery_jwks_uri'],
  ['a list', [ISSUER], 'discovery_document'],
  ['text', 'discovery', 'discovery_document'],
])('refuses a document with %s, and fetches no keys for it', async (_, document, failure) => {
  const { keys, asked } = web({ [DISCOVERY]: document, [JWKS]: test.jwks() });
  await expect(keys.find('k')).rejects.toMatchObject({ code: 'keys_unavailable', status: 503 });
  expect(keys.state().lastFailure).toBe(failure);
  expect(asked).toEqual([DISCOVERY]);
});

it.each(['http://localhost:8080/jwks', 'https://keys.test/jwks'])(
  'follows an issuer on this machine to %s',
  async (jwks) => {
    const issuer = 'http://127.0.0.1:4000';
    const found = {
      [`${issuer}/.well-known/openid-configuration`]: { issuer, jwks_uri: jwks },
      [jwks]: test.jwks(),
    };
    const { keys, asked } = web(found, issuer);
    expect(await keys.find('k')).toBeDefined();
    expect(asked).toHaveLength(2);
  },
);

it('remembers the address over refreshes, and asks again after an hour or a failure', async () => {
  const { keys, asked, documents } = web({
    [DISCOVERY]: { issuer: ISSUER, jwks_uri: JWKS },
    [JWKS]: test.jwks(),
  });
  const asksOf = async (): Promise<string[]> => {
    asked.length = 0;
    await keys.find('k');
    return [...asked];
  };
  await asksOf();
  oversleep(601);
  expect(await asksOf()).toEqual([JWKS]);
  oversleep(3600);
  expect(await asksOf()).toEqual([DISCOVERY, JWKS]);

  documents[JWKS] = undefined;
  oversleep(601);
  expect(await asksOf()).toEqual([JWKS]);
  documents['https://moved.test/jwks'] = test.jwks();
  documents[DISCOVERY] = { issuer: ISSUER, jwks_uri: 'https://moved.test/jwks' };
  asked.length = 0;
  await pass(1);
  expect(asked).toEqual([DISCOVERY, 'https://moved.test/jwks']);
  expect(keys.state()).toMatchObject({ stale: false, lastFailure: undefined });
});

describe('an issuer without a discovery document of OpenID Connect', () => {
  const METADATA = 'https://issuer.test/.well-known/oauth-authorization-server/tenant';

  it('is asked for the metadata of RFC 8414, between its host and its path', async () => {
    const { keys, asked } = web({ [METADATA]: { issuer: ISSUER, jwks_uri: JWKS }, [JWKS]: test.jwks() });
    expect(await keys.find('k')).toMatchObject({ kid: 'k' });
    expect(asked).toEqual([DISCOVERY, METADATA, JWKS]);
  });

  it.each([
    ['https://issuer.test', 'https://issuer.test/.well-known/oauth-authorization-server'],
    ['https://issuer.test/', 'https://issuer.test/.well-known/oauth-authorization-server'],
    ['https://issuer.test/a/b/', 'https://issuer.test/.well-known/oauth-authorization-server/a/b'],
    ['http://127.0.0.1:9/a', 'http://127.0.0.1:9/.well-known/oauth-authorization-server/a'],
  ])('of the name %s is asked at %s', async (issuer, address) => {
    const found = { [address]: { issuer, jwks_uri: JWKS }, [JWKS]: test.jwks() };
    expect(await web(found, issuer).keys.find('k')).toMatchObject({ kid: 'k' });
  });

  it.each<[string, unknown, string]>([
    ['another issuer', { issuer: 'https://attacker.test', jwks_uri: JWKS }, 'discovery_issuer'],
    ['its issuer with a slash', { issuer: `${ISSUER}/`, jwks_uri: JWKS }, 'discovery_issuer'],
    ['keys in plain http', { issuer: ISSUER, jwks_uri: 'http://keys.test/jwks' }, 'discovery_jwks_uri'],
    ['a list', [ISSUER], 'discovery_document'],
  ])('is refused where that names %s', async (_, document, failure) => {
    const { keys, asked, events } = web({ [METADATA]: document, [JWKS]: test.jwks() });
    await expect(keys.find('k')).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(events).toMatchObject([{ failure, address: METADATA }]);
    expect(asked).toEqual([DISCOVERY, METADATA]);
  });

  it('and without that metadata is told as the 404 of the first, after two fetches', async () => {
    const { keys, asked, events } = web({});
    await expect(keys.find('k')).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(events).toMatchObject([{ failure: 'status', status: 404, address: DISCOVERY }]);
    expect(asked).toEqual([DISCOVERY, METADATA]);
  });

  it.each([403, 500, 301])('is one that answers 404: after %d nobody asks further', async (status) => {
    const { keys, asked } = web(
      { [METADATA]: { issuer: ISSUER, jwks_uri: JWKS }, [JWKS]: test.jwks() },
      ISSUER,
      status,
    );
    await expect(keys.find('k')).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(asked).toEqual([DISCOVERY]);
  });

  it('says what went wrong with the second document where it is not missing', async () => {
    const { keys, events } = web({ [METADATA]: undefined }, ISSUER, 404, { [METADATA]: 500 });
    await expect(keys.find('k')).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(events).toMatchObject([{ failure: 'status', status: 500, address: METADATA }]);
  });
});
