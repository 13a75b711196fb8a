import { failureWords } from '../../../../lib/cli/words/failure-words';
import { KeyFetchFailure } from '../../../../lib/keys/key-fetch-failure';

const KEYS = 'https://issuer.example/keys';
const DISCOVERY = 'https://issuer.example/.well-known/openid-configuration';
const NETWORK = 'check network and firewall';
const CREDENTIAL = 'it requires a credential or blocks this machine; allow access without a credential';
const LATER = 'the issuer is overloaded or has an error, so retry later';

function words(...[reason, details]: ConstructorParameters<typeof KeyFetchFailure>) {
  return failureWords(new KeyFetchFailure(reason, details));
}

it.each([
  ['an address that timed out', { address: KEYS }, `${KEYS} did not answer in time`],
  ['no address', {}, 'The issuer did not answer in time'],
])('a timeout names the address as far as it is known: %s', (_name, details, says) => {
  expect(words('timeout', details)).toEqual({ stage: 'connection', says, mend: NETWORK });
});

it.each(['unreachable', 'headers', 'closed', 'error'] as const)(
  '"%s" without an error of the system is a connection that gives nothing',
  (reason) => {
    expect(words(reason, { address: KEYS })).toEqual({
      stage: 'connection',
      says: `${KEYS} cannot be read`,
      mend: NETWORK,
    });
    expect(words(reason).says).toBe('The issuer cannot be read');
  },
);

it.each([
  ['the host of an address', KEYS, 'Nothing is listening at issuer.example (ECONNREFUSED)'],
  ['an address that is no URL as it is', 'issuer', 'Nothing is listening at issuer (ECONNREFUSED)'],
])('an error of the system names %s', (_name, address, says) => {
  expect(words('unreachable', { address, systemCode: 'ECONNREFUSED' })).toMatchObject({
    stage: 'connection',
    says,
  });
});

it.each([
  [401, KEYS, CREDENTIAL],
  [403, KEYS, CREDENTIAL],
  [429, KEYS, LATER],
  [503, KEYS, LATER],
  [404, KEYS, 'check the address; it is what the issuer calls jwks_uri'],
  [
    404,
    DISCOVERY,
    'check the path of the issuer, such as https://HOST/realms/REALM for Keycloak; ' +
      'where it has no discovery document, --jwks-uri names its keys',
  ],
])('status %d of %s is mended by its kind', (status, address, mend) => {
  const says = `${address} answers ${String(status)}`;
  expect(words('status', { address, status })).toEqual({ stage: 'http', says, mend });
});

it('a status that is not known is mended at the address', () => {
  expect(words('status', { address: KEYS }).mend).toMatch(/^check the address/);
});

it.each([
  [{ status: 301 }, 'elsewhere (301)', 'give the address that it leads to'],
  [{}, 'elsewhere (302)', 'give the address that it leads to'],
  [{ location: DISCOVERY }, `${DISCOVERY} (302)`, 'configure https://issuer.example if that is your issuer'],
  [
    { status: 307, location: '/login' },
    '/login (307)',
    'configure the address of the issuer itself; a redirect to a web page means that this address is wrong',
  ],
])('a redirect with %j says where it leads', (details, where, mend) => {
  expect(words('redirect', { address: KEYS, ...details })).toEqual({
    stage: 'http',
    says: `${KEYS} redirects to ${where}, and redirects are not followed`,
    mend,
  });
});

it.each([
  [
    { expected: 'https://a.example' },
    'The discovery document of https://a.example names no issuer',
    'check the address',
  ],
  [
    { expected: 'https://a.example', received: 'https://a.example/' },
    'The discovery document names https://a.example/ and you configured https://a.example',
    'add the slash',
  ],
])('a discovery document with another issuer, %j', (details, says, mend) => {
  expect(words('discovery_issuer', details)).toEqual({ stage: 'discovery', says, mend });
});

it.each([
  ['not_json', 'http', `${KEYS} answers with what is not JSON`],
  ['too_large', 'http', `${KEYS} answers with more than 512 KiB`],
  ['discovery_document', 'discovery', `${KEYS} answers with no JSON object`],
  ['discovery_jwks_uri', 'discovery', 'The discovery document names no address for the keys'],
  ['not_a_key_set', 'keys', `${KEYS} answers with no JWK Set`],
  ['no_usable_keys', 'keys', `The JWK Set at ${KEYS} has no key that can verify`],
] as const)('"%s" belongs to the stage %s', (reason, stage, says) => {
  expect(words(reason, { address: KEYS })).toMatchObject({ stage, says });
});
