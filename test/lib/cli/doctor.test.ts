import { generateKeyPairSync } from 'node:crypto';
import { createTestIssuer, startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { selfSigned } from '../../support/certificate';
import { lines, sallyport } from './support/command-line';
import { DISCOVERY, oddIssuer, pages, type OddIssuer, type OddOptions } from './support/odd-issuer';

const local = createTestIssuer();
const opened: OddIssuer[] = [];
let healthy: HttpTestIssuer;

beforeAll(async () => {
  healthy = await startTestIssuer();
});

afterEach(() => {
  for (const issuer of opened.splice(0)) issuer.close();
});

afterAll(() => healthy.close());

async function odd(options: OddOptions): Promise<string> {
  const issuer = await oddIssuer(options);
  opened.push(issuer);
  return issuer.origin;
}

/** What is broken, one line each. */
async function wrong(args: readonly string[], token = ''): Promise<string[]> {
  const { code, out } = await sallyport(['doctor', ...args], token);
  const broken = lines(out, 'broken');
  expect(code).toBe(broken.length === 0 ? 0 : 1);
  return broken;
}

it('finds nothing wrong where nothing is', async () => {
  const args = ['doctor', '--issuer', healthy.issuer, '--audience', 'test-audience'];
  const { code, out } = await sallyport(args, healthy.token());
  expect(lines(out, 'broken')).toEqual([]);
  expect(lines(out, 'not judged')).toEqual([]);
  expect(lines(out, 'passed').map((line) => line.split(' ')[0])).toEqual([
    'dns',
    'connection',
    'http',
    'discovery',
    'keys',
    'algorithm',
    'clock',
    'token',
  ]);
  expect(out).toContain(`${healthy.signingKey().kid}: RS256`);
  expect(out).toContain('Nothing wrong was found.');
  expect(code).toBe(0);
});

describe('the ten set-ups that go wrong most', () => {
  it('a wrong issuer', async () => {
    const issuer = await odd({ page: pages(local.jwks(), () => 'https://sso.example/realms/demo') });
    expect(await wrong(['--issuer', issuer])).toEqual([
      `discovery The discovery document names https://sso.example/realms/demo and you configured ${issuer}: configure https://sso.example/realms/demo if that is your issuer.`,
    ]);
  });

  it('a missing slash', async () => {
    const issuer = await odd({ page: pages(local.jwks(), (origin) => `${origin}/`) });
    expect(await wrong(['--issuer', issuer])).toEqual([
      `discovery The discovery document names ${issuer}/ and you configured ${issuer}: add the slash.`,
    ]);
  });

  it('a wrong audience', async () => {
    const args = ['--issuer', healthy.issuer, '--audience', 'https://api.example'];
    expect(await wrong(args, healthy.token({ aud: ['account', 'web'] }))).toEqual([
      'token aud The token\'s aud is ["account","web"] and you configured ["https://api.example"]: ask the issuer for a token for your API, or configure that audience if it is your API.',
    ]);
  });

  it('404', async () => {
    const issuer = await odd({ page: () => undefined });
    expect(await wrong(['--issuer', issuer])).toEqual([
      `http ${issuer}${DISCOVERY} answers 404: check the path of the issuer, such as https://HOST/realms/REALM for Keycloak; where it has no discovery document, --jwks-uri names its keys.`,
    ]);
    expect(await wrong(['--jwks-uri', `${issuer}/jwks`])).toEqual([
      `http ${issuer}/jwks answers 404: check the address; it is what the issuer calls jwks_uri.`,
    ]);
  });

  it('a redirect', async () => {
    const headers = { location: `https://sso.example/new${DISCOVERY}?secret` };
    const issuer = await odd({ page: () => '', status: 301, headers });
    expect(await wrong(['--issuer', issuer])).toEqual([
      `http ${issuer}${DISCOVERY} redirects to https://sso.example/new${DISCOVERY} (301), and redirects are not followed: configure https://sso.example/new if that is your issuer.`,
    ]);
  });

  it('an authority of their own', async () => {
    const issuer = await odd({ page: pages(local.jwks()), tls: selfSigned() });
    const host = new URL(issuer).host;
    expect(await wrong(['--issuer', issuer])).toEqual([
      `tls The certificate of ${host} is not signed by an authority that Node trusts (DEPTH_ZERO_SELF_SIGNED_CERT): if it is a private CA, set NODE_EXTRA_CA_CERTS=/path/to/ca.pem in the environment of your app and of this command.`,
    ]);
  });

  it('a refused connection', async () => {
    const issuer = await odd({ page: () => undefined });
    opened.pop()?.close();
    expect(await wrong(['--issuer', issuer])).toEqual([
      `connection Nothing is listening at ${new URL(issuer).host} (ECONNREFUSED): start the issuer or correct the port; in a container, localhost is the container itself.`,
    ]);
  });

  it('a JWK Set without a usable key', async () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
    const jwks = {
      keys: [{ ...small, kid: 'small' }, { kty: 'oct', k: 'AAAA', kid: 'secret' }, { kty: 'RSA' }],
    };
    const issuer = await odd({ page: pages(jwks) });
    const { out } = await sallyport(['doctor', '--issuer', issuer]);
    expect(lines(out, 'broken')).toEqual([
      `keys The JWK Set at ${issuer}/jwks has no key that can verify: have the issuer publish one.`,
    ]);
    expect(out).toMatch(/small: cannot verify, RSA under 2048 bits/);
    expect(out).toMatch(/secret: cannot verify, a symmetric key/);
    expect(out).toMatch(/\(no kid\): cannot verify, no kid/);
    expect(out).not.toContain('AAAA');
  });

  it.each([
    [-600, 'ahead of', 'tokens look expired too early'],
    [600, 'behind', 'new tokens look as if they were issued in the future'],
  ])('a clock that is %i s off', async (seconds, side, effect) => {
    const date = new Date(Date.now() + seconds * 1000 + 500).toUTCString();
    const issuer = await odd({ page: pages(local.jwks()), headers: { date } });
    const [line, ...others] = await wrong(['--issuer', issuer]);
    expect(line).toMatch(/^clock The clock of this machine is (9|10) minutes /);
    expect(line).toContain(
      `${side} the issuer's, so ${effect}: set the clock of whichever is wrong; NTP keeps it right.`,
    );
    expect(others).toEqual([]);
  });

  it('an expired token', async () => {
    const args = ['--issuer', healthy.issuer, '--audience', 'test-audience'];
    const exp = Math.floor(Date.now() / 1000) - 3 * 3600;
    const date = new Date(exp * 1000).toISOString().slice(0, 19).replace('T', ' ');
    expect(await wrong(args, healthy.token({ exp }))).toEqual([
      `token exp The token expired at ${date} UTC, 3 hours ago: get a new one; if it is new, compare the clocks.`,
    ]);
  });
});

describe('further set-ups', () => {
  it.each<[string, OddOptions, RegExp]>([
    ['a page for people', { page: () => '<!doctype html>' }, /^http .* answers with what is not JSON/],
    ['a document that is too large', { page: () => ' '.repeat(600_000) }, /^http .* more than 512 KiB/],
    ['no JSON object', { page: () => [] }, /^discovery .* no JSON object/],
    ['no issuer', { page: () => ({}) }, /^discovery .* names no issuer/],
    ['no jwks_uri', { page: (_path, issuer) => ({ issuer }) }, /^discovery .* names no address for the keys/],
    ['no JWK Set', { page: pages({}) }, /^keys .* no JWK Set/],
    [
      'a wish for a credential',
      { page: () => '', status: 401 },
      /^http .* answers 401: it requires a credential/,
    ],
    [
      'an outage',
      { page: () => '', status: 503 },
      /^http .* answers 503: the issuer is overloaded or has an error/,
    ],
    ['a redirect to nowhere', { page: () => '', status: 302 }, /^http .* redirects to elsewhere \(302\)/],
    [
      'a redirect to a page for people',
      { page: () => '', status: 302, headers: { location: '/login' } },
      /^http .* redirects to http:\/\/127.*\/login .*means that this address is wrong/,
    ],
    [
      'http for https',
      { page: pages({}, (origin) => origin.replace('http', 'https')) },
      /^discovery .*one has http/,
    ],
    ['another case', { page: pages({}, (origin) => origin.toUpperCase()) }, /^discovery .*in the same case/],
  ])('%s', async (_name, options, line) => {
    expect(await wrong(['--issuer', await odd(options)])).toEqual([expect.stringMatching(line)]);
  });

  it('a name that nobody knows', async () => {
    expect(await wrong(['--issuer', 'https://issuer.invalid'])).toEqual([
      expect.stringMatching(
        /^(dns The host name issuer\.invalid does not resolve|connection The connection to) /,
      ),
    ]);
  });

  it('no TLS where https is configured', async () => {
    const issuer = await odd({ page: () => '' });
    expect(await wrong(['--issuer', issuer.replace('http:', 'https:')])).toEqual([
      expect.stringMatching(/^(tls|connection) The /),
    ]);
  });

  it('an issuer that may not be asked', async () => {
    expect(await wrong(['--issuer', 'http://keycloak:8080'])).toEqual([
      expect.stringMatching(/^address .*"issuer" must be an https URL/),
    ]);
  });

  it('an algorithm that no key fits', async () => {
    const elliptic = await startTestIssuer({ algorithms: ['ES256'] });
    expect(await wrong(['--issuer', elliptic.issuer], elliptic.token())).toEqual([
      'algorithm You allow RS256, and no key of the set fits: allow what the issuer signs with, one of ES256 (--algorithm, algorithms, AUTH_ALGORITHMS).',
      'token alg The token\'s alg is "ES256" and you allow RS256: allow it if your issuer signs so; none and HS* cannot be allowed.',
    ]);
    expect(await wrong(['--issuer', elliptic.issuer, '--algorithm', 'ES256'])).toEqual([]);
    await elliptic.close();
  });

  it('a token of another environment, of no audience, not valid yet', async () => {
    const args = ['--issuer', healthy.issuer, '--audience', 'test-audience'];
    expect(await wrong(args, healthy.token({}, { kid: 'other' }))).toEqual([
      expect.stringMatching(
        /^token key The issuer has no such key .*: check that the token is from this environment/,
      ),
    ]);
    expect(await wrong(args, healthy.token({ aud: undefined }))).toEqual([
      expect.stringContaining("token aud The token's aud is missing and you configured"),
    ]);
    expect(await wrong(args, healthy.token({ iss: undefined }))).toEqual([
      'token iss The token is of another issuer.',
    ]);
    const nbf = Math.floor(Date.now() / 1000) + 7200;
    expect(await wrong(args, healthy.token({ nbf }))).toEqual([
      expect.stringMatching(
        /^token nbf The token is not valid yet, since its nbf is .* UTC, in \d hours?: compare/,
      ),
    ]);
  });

  it('a token while the issuer is out of reach', async () => {
    const issuer = await odd({ page: () => undefined });
    const { out } = await sallyport(['doctor', '--issuer', issuer], local.token({ iss: issuer }));
    expect(lines(out, 'not judged').at(-1)).toContain("The token's signature could not be judged");
  });

  it('a cache on the way, whose answer is old and says so', async () => {
    const headers = { date: new Date(Date.now() - 600_000).toUTCString(), age: '600' };
    expect(await wrong(['--issuer', await odd({ page: pages(local.jwks()), headers })])).toEqual([]);
  });

  it('no Date at all', async () => {
    const headers = { date: 'never' };
    const { out } = await sallyport([
      'doctor',
      '--issuer',
      await odd({ page: pages(local.jwks()), headers }),
    ]);
    expect(lines(out, 'not judged')).toEqual([expect.stringMatching(/^clock /)]);
  });
});

it('tells programs the same', async () => {
  const issuer = await odd({ page: pages(local.jwks(), (origin) => `${origin}/`) });
  const { code, out } = await sallyport(['doctor', '--json', '--issuer', issuer]);
  const { ok, checks } = JSON.parse(out);
  expect(ok).toBe(false);
  expect(checks).toContainEqual({
    check: 'discovery',
    outcome: 'broken',
    stage: 'discovery',
    says: `The discovery document names ${issuer}/ and you configured ${issuer}`,
    mend: 'add the slash',
  });
  expect(code).toBe(1);
});

it('waits for no token at a terminal', async () => {
  let isRead = false;
  const terminal = {
    isTTY: true,
    async *[Symbol.asyncIterator]() {
      isRead = true;
      yield await Promise.resolve('');
    },
  };
  const { code, out } = await sallyport(['doctor', '--issuer', healthy.issuer], '', { stdin: terminal });
  expect(lines(out, 'passed').map((line) => line.split(' ')[0])).not.toContain('token');
  expect([code, isRead]).toEqual([0, false]);
});

it('asks in plain http only where that is allowed', async () => {
  const [issuer, place] = ['http://issuer.invalid:8080', 'issuer.invalid:8080'];
  expect(await wrong(['--issuer', issuer])).toEqual([expect.stringMatching(/^address .*https/)]);
  const allowed = await wrong(['--issuer', issuer, '--allow-http', place]);
  expect(allowed.join()).toMatch(/^(dns The host name|connection The connection to) issuer\.invalid:8080 /);
});
