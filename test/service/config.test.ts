import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, loadConfig } from '../../service/config';
import { variables } from '../../service/config/variables';
import { cleanUp, temporaryFolder } from '../support/clean-up';

const good = { AUTH_ISSUER: 'https://issuer.example', AUTH_AUDIENCE: 'api' };
const { publicKey: rsa, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = rsa.export({ type: 'spki', format: 'pem' }).toString();
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const ecPem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();
const shortPem = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

afterAll(cleanUp);

function problemsOf(env: Record<string, string>): readonly { variable: string; message: string }[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const wrongVariables = (env: Record<string, string>) => problemsOf(env).map(({ variable }) => variable);

it('takes what several tenants send by themselves for no configuration', () => {
  const family = {
    AUTH_PROVIDER: 'entra',
    AUTH_ISSUER: 'https://login.microsoftonline.com/{tid}/v2.0',
    AUTH_AUDIENCE: 'api',
    AUTH_REQUIRED_CLAIMS: '{"tid":["8eaef023-2b34-4da1-9baa-8bc8c9d6a490"]}',
  };
  expect(wrongVariables(family)).toEqual([]);
  const told = { ...family, AUTH_LOGOUT: 'web', AUTH_SIGNALS: 'api' };
  expect(wrongVariables(told)).toEqual(['AUTH_LOGOUT', 'AUTH_SIGNALS']);
  expect(loadConfig({ ...good, AUTH_LOGOUT: 'web, app', AUTH_SIGNALS: 'api' })).toMatchObject({
    logoutClients: ['web', 'app'],
    signalAudience: ['api'],
  });
  expect(wrongVariables({ ...good, AUTH_LOGOUT: 'web,,app' })).toEqual(['AUTH_LOGOUT']);
});

it('has the documented default for every variable that is not set', () => {
  expect(loadConfig(good)).toEqual({
    port: 3000,
    host: '127.0.0.1',
    ops: undefined,
    workers: 1,
    issuers: [{ issuer: 'https://issuer.example', audience: ['api'], algorithms: ['RS256'] }],
    allowHttp: [],
    proxies: {},
    clockToleranceSeconds: 5,
    tokenCache: { max: 10_000, seconds: 60 },
    jwks: { freshSeconds: 600, staleSeconds: 3600 },
    revocationRetentionSeconds: 2_592_000,
    mongodbUri: undefined,
    dataDir: './data',
    dataSync: false,
    apiKeyPrefix: 'sp',
    modulesPerUser: 1000,
    maxInFlight: 1000,
    maxInFlightPerUser: 50,
    rateLimit: { ipPerMinute: 300, userPerMinute: 120, exempt: [] },
    trustProxy: 0,
    corsOrigins: [],
    clerkWebhook: undefined,
    logoutClients: undefined,
    signalAudience: undefined,
    tls: undefined,
    requireHttps: false,
    shutdownGraceSeconds: 10,
    logLevel: 'info',
  });
});

it('names every missing variable when nothing is set', () => {
  expect(wrongVariables({})).toEqual(['AUTH_ISSUER', 'AUTH_AUDIENCE']);
});

it('asks for no audience with AUTH_PROVIDER=clerk, whose session tokens have none', () => {
  const env = { AUTH_ISSUER: 'https://clerk.example', AUTH_PROVIDER: 'clerk' };
  expect(loadConfig(env).issuers).toEqual([
    { issuer: 'https://clerk.example', audience: null, provider: 'clerk', algorithms: ['RS256'] },
  ]);
  expect(wrongVariables({ ...env, AUTH_PROVIDER: 'klerk' })).toEqual(['AUTH_PROVIDER', 'AUTH_AUDIENCE']);
});

it('says what to set where AUTH_AUDIENCE=none alone would accept every token of the issuer', () => {
  const [problem] = problemsOf({ ...good, AUTH_AUDIENCE: 'none' });
  for (const name of ['AUTH_PROVIDER=clerk', 'AUTH_AUTHORIZED_PARTIES', 'AUTH_REQUIRED_CLAIMS']) {
    expect(problem?.message).toContain(name);
  }
});

it('takes a variable that is set to nothing as not set', () => {
  expect(loadConfig({ ...good, PORT: '', HOST: '  ', AUTH_PUBLIC_KEY: '' })).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
  });
});

it('says how an origin is spelled', () => {
  const [problem] = problemsOf({ ...good, CORS_ORIGINS: 'https://app.example/' });
  expect(problem?.message).toBe(
    'is wrong; expected a comma list of origins such as https://app.example.com: scheme, host and port in lower case, ' +
      'without a path or a slash at the end; neither * nor null',
  );
});

it('names every wrong variable in one go, and shows no value of any', () => {
  const wrong = {
    AUTH_ISSUER: 'http://issuer.example',
    AUTH_PUBLIC_KEY: 'not-a-pem',
    PORT: 'http',
    DATA_SYNC: 'yes',
    TRUST_PROXY: 'true',
    MONGODB_URI: 'postgres://user:hunter2@db',
    CLERK_WEBHOOK_SECRET: 'hunter2',
    TLS_CERT_FILE: '/nowhere/hunter2.pem',
    LOG_LEVEL: 'loud',
  };
  expect(wrongVariables(wrong).sort()).toEqual(
    [...Object.keys(wrong), 'AUTH_AUDIENCE', 'TLS_KEY_FILE']
      .filter((name) => name !== 'TLS_CERT_FILE')
      .sort(),
  );
  const message = new ConfigError(problemsOf(wrong)).message;
  expect(message).not.toContain('hunter2');
});

it('takes an issuer in plain http on a host that AUTH_ALLOW_HTTP spells with its port', () => {
  const plain = { AUTH_ISSUER: 'http://keycloak:8080/realms/demo', AUTH_AUDIENCE: 'api' };
  const env = { ...plain, AUTH_JWKS_URI: 'http://keys/jwks', AUTH_ALLOW_HTTP: 'Keycloak:8080, keys:80' };
  expect(loadConfig(env)).toMatchObject({ allowHttp: ['keycloak:8080', 'keys:80'] });
  const several = [{ issuer: plain.AUTH_ISSUER, audience: 'api', jwksUri: 'http://keys/jwks' }];
  const listed = { AUTH_ISSUERS: JSON.stringify(several) };
  expect(problemsOf({ ...listed, AUTH_ALLOW_HTTP: 'keycloak:8080,keys:80' })).toEqual([]);
  expect(problemsOf({ ...listed, AUTH_ALLOW_HTTP: 'keycloak:8081' })).toMatchObject([
    {
      variable: 'AUTH_ISSUERS',
      message: expect.stringMatching(/^\[0\]\.issuer is wrong; .*AUTH_ALLOW_HTTP/),
    },
    {
      variable: 'AUTH_ISSUERS',
      message: expect.stringMatching(/^\[0\]\.jwksUri is wrong; .*AUTH_ALLOW_HTTP/),
    },
  ]);
  expect(wrongVariables({ ...env, AUTH_ALLOW_HTTP: 'keycloak:8080' })).toEqual(['AUTH_JWKS_URI']);
  const [problem] = problemsOf(plain);
  expect(problem).toMatchObject({
    variable: 'AUTH_ISSUER',
    message: expect.stringContaining('AUTH_ALLOW_HTTP'),
  });
});

it('reads the proxies by their names in either case, and of a proxy without a scheme takes http', () => {
  const upper = {
    HTTPS_PROXY: 'https://proxy.example:3129',
    HTTP_PROXY: 'proxy.example:3128',
    NO_PROXY: 'a,b',
  };
  const proxies = { https: upper.HTTPS_PROXY, http: 'http://proxy.example:3128', none: 'a,b' };
  expect(loadConfig({ ...good, ...upper }).proxies).toEqual(proxies);
  expect(loadConfig({ ...good, ...upper, https_proxy: 'http://other.example' }).proxies).toEqual({
    ...proxies,
    https: 'http://other.example',
  });
});

it.each<[string, Record<string, string>, string]>([
  ['a host without its port', { AUTH_ALLOW_HTTP: 'keycloak' }, 'AUTH_ALLOW_HTTP'],
  ['a URL for a host', { AUTH_ALLOW_HTTP: 'http://keycloak:8080' }, 'AUTH_ALLOW_HTTP'],
  ['any host', { AUTH_ALLOW_HTTP: '*:8080' }, 'AUTH_ALLOW_HTTP'],
  ['a host in another spelling', { AUTH_ALLOW_HTTP: '127.1:80' }, 'AUTH_ALLOW_HTTP'],
  ['a proxy that speaks SOCKS', { HTTPS_PROXY: 'socks5://proxy.example' }, 'HTTPS_PROXY'],
  ['a proxy that is no URL', { http_proxy: 'http://' }, 'HTTP_PROXY'],
  ['a port above 65535', { PORT: '65536' }, 'PORT'],
  ['a port with a sign', { PORT: '+80' }, 'PORT'],
  ['a port for metrics above 65535', { OPS_PORT: '65536' }, 'OPS_PORT'],
  ['a port for metrics that callers are served on', { PORT: '9464', OPS_PORT: '9464' }, 'OPS_PORT'],
  ['no workers', { WEB_CONCURRENCY: '0' }, 'WEB_CONCURRENCY'],
  ['more workers than 256', { WEB_CONCURRENCY: '257' }, 'WEB_CONCURRENCY'],
  ['workers by a word', { WEB_CONCURRENCY: 'auto' }, 'WEB_CONCURRENCY'],
  ['a fraction', { MODULES_PER_USER: '1.5' }, 'MODULES_PER_USER'],
  ['an exponent', { MAX_IN_FLIGHT: '1e3' }, 'MAX_IN_FLIGHT'],
  ['no place at all for a user', { MAX_IN_FLIGHT_PER_USER: '0' }, 'MAX_IN_FLIGHT_PER_USER'],
  ['a limit of none', { RATE_LIMIT_IP_PER_MINUTE: '0' }, 'RATE_LIMIT_IP_PER_MINUTE'],
  ['a negative tolerance', { AUTH_CLOCK_TOLERANCE_SECONDS: '-1' }, 'AUTH_CLOCK_TOLERANCE_SECONDS'],
  ['an issuer that is no URL', { AUTH_ISSUER: 'issuer' }, 'AUTH_ISSUER'],
  ['an issuer in plain http off loopback', { AUTH_ISSUER: 'http://10.0.0.1' }, 'AUTH_ISSUER'],
  ['an issuer on 0.0.0.0', { AUTH_ISSUER: 'http://0.0.0.0' }, 'AUTH_ISSUER'],
  ['a host that only begins like loopback', { AUTH_ISSUER: 'http://localhost.example' }, 'AUTH_ISSUER'],
  ['a JWKS address with a password', { AUTH_JWKS_URI: 'https://u:p@issuer.example/jwks' }, 'AUTH_JWKS_URI'],
  [
    'a JWKS address in plain http off loopback',
    { AUTH_JWKS_URI: 'http://issuer.example/jwks' },
    'AUTH_JWKS_URI',
  ],
  ['an empty entry in a list', { AUTH_AUDIENCE: 'a,,b' }, 'AUTH_AUDIENCE'],
  ['an algorithm with a shared secret', { AUTH_ALGORITHMS: 'RS256,HS256' }, 'AUTH_ALGORITHMS'],
  ['the algorithm none', { AUTH_ALGORITHMS: 'none' }, 'AUTH_ALGORITHMS'],
  ['a private key where a public one belongs', { AUTH_PUBLIC_KEY: privatePem }, 'AUTH_PUBLIC_KEY'],
  ['a public key that is too short', { AUTH_PUBLIC_KEY: shortPem }, 'AUTH_PUBLIC_KEY'],
  ['a public key of another kind than the algorithms', { AUTH_PUBLIC_KEY: ecPem }, 'AUTH_PUBLIC_KEY'],
  [
    'a public key beside a JWKS address',
    { AUTH_PUBLIC_KEY: pem, AUTH_JWKS_URI: 'https://issuer.example/jwks' },
    'AUTH_PUBLIC_KEY',
  ],
  ['trust in any proxy', { TRUST_PROXY: 'true' }, 'TRUST_PROXY'],
  ['trust in all addresses', { TRUST_PROXY: '0.0.0.0/0' }, 'TRUST_PROXY'],
  ['a proxy range that is too wide to be one', { TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY'],
  ...[
    '*',
    'null',
    'app.example',
    'https://app.example/',
    'https://app.example/page',
    'https://*.app.example',
    'https://app.example:443',
    'HTTPS://App.example',
    'https://user@app.example',
    'ftp://app.example',
    'https://app.example,,https://b.example',
  ].map((value): [string, Record<string, string>, string] => [
    `the origin ${value}`,
    { CORS_ORIGINS: value },
    'CORS_ORIGINS',
  ]),
  [
    'an exempt range of everybody that looks like none',
    { RATE_LIMIT_EXEMPT: '10.0.0.5/00' },
    'RATE_LIMIT_EXEMPT',
  ],
  ['an exempt address with a zone', { RATE_LIMIT_EXEMPT: 'fe80::1%eth0' }, 'RATE_LIMIT_EXEMPT'],
  ['an exempt address that is a name', { RATE_LIMIT_EXEMPT: 'localhost' }, 'RATE_LIMIT_EXEMPT'],
  ['a key without its certificate', { TLS_KEY_FILE: '/etc/hostname' }, 'TLS_CERT_FILE'],
  [
    'a Clerk issuer that is not configured',
    { CLERK_WEBHOOK_ISSUER: 'https://other.example' },
    'CLERK_WEBHOOK_ISSUER',
  ],
  ['no audience and nothing in its place', { AUTH_AUDIENCE: 'none' }, 'AUTH_AUDIENCE'],
  ['a provider that is not known', { AUTH_PROVIDER: 'klerk' }, 'AUTH_PROVIDER'],
  ['a provider in other case', { AUTH_PROVIDER: 'Clerk' }, 'AUTH_PROVIDER'],
  ['a wrong provider beside no audience', { AUTH_PROVIDER: 'klerk', AUTH_AUDIENCE: 'none' }, 'AUTH_PROVIDER'],
  ...[
    ['no JSON', 'token_use=access'],
    ['a list', '["token_use"]'],
    ['a string', '"access"'],
    ['null', 'null'],
    ['no claim', '{}'],
    ['a claim of no value', '{"token_use":[]}'],
    ['a claim of null', '{"token_use":null}'],
    ['a claim of an object', '{"realm_access":{"roles":["x"]}}'],
    ['a claim of a list in a list', '{"roles":[["x"]]}'],
    ['a number past all numbers', '{"v":1e999}'],
  ].map(([what = '', json = '']): [string, Record<string, string>, string] => [
    `required claims that are ${what}`,
    { AUTH_REQUIRED_CLAIMS: json },
    'AUTH_REQUIRED_CLAIMS',
  ]),
  ['a misspelt check', { AUTH_AUTHORIZED_PARTY: 'https://app.example' }, 'AUTH_AUTHORIZED_PARTY'],
])('refuses %s', (_what, env, variable) => {
  expect(wrongVariables({ ...good, ...env })).toEqual([variable]);
});

it.each<[string, Record<string, string>, object]>([
  [
    'plain http on loopback',
    { AUTH_ISSUER: 'http://127.0.0.1:9000' },
    { issuers: [{ issuer: 'http://127.0.0.1:9000' }] },
  ],
  ['several audiences', { AUTH_AUDIENCE: 'a, b' }, { issuers: [{ audience: ['a', 'b'] }] }],
  [
    'any audience, spelled out, for some parties',
    { AUTH_AUDIENCE: 'none', AUTH_AUTHORIZED_PARTIES: 'https://app.example' },
    { issuers: [{ audience: null, authorizedParties: ['https://app.example'] }] },
  ],
  [
    'any audience, spelled out, from a provider',
    { AUTH_AUDIENCE: 'none', AUTH_PROVIDER: 'clerk' },
    { issuers: [{ audience: null, provider: 'clerk' }] },
  ],
  [
    'any audience, spelled out, with required claims',
    { AUTH_AUDIENCE: 'none', AUTH_REQUIRED_CLAIMS: '{"token_use":"access","v":[1,2],"mfa":true}' },
    { issuers: [{ audience: null, requiredClaims: { token_use: 'access', v: [1, 2], mfa: true } }] },
  ],
  [
    'where scopes and roles stand',
    { AUTH_SCOPE_CLAIMS: 'permissions', AUTH_ROLE_CLAIMS: 'realm_access.roles, https://api.example/roles' },
    {
      issuers: [
        { scopeClaims: ['permissions'], roleClaims: ['realm_access.roles', 'https://api.example/roles'] },
      ],
    },
  ],
  [
    'a provider beside an audience',
    { AUTH_PROVIDER: 'clerk' },
    { issuers: [{ audience: ['api'], provider: 'clerk' }] },
  ],
  ['a public key', { AUTH_PUBLIC_KEY: pem }, { issuers: [{ publicKey: pem.trim() }] }],
  [
    'a public key on one line',
    { AUTH_PUBLIC_KEY: pem.replaceAll('\n', '\\n') },
    { issuers: [{ publicKey: pem }] },
  ],
  [
    'origins of pages',
    { CORS_ORIGINS: 'https://app.example, http://localhost:5173' },
    { corsOrigins: ['https://app.example', 'http://localhost:5173'] },
  ],
  ['a port for metrics', { OPS_PORT: '9464' }, { ops: { host: '127.0.0.1', port: 9464 } }],
  ['any port for metrics', { PORT: '0', OPS_PORT: '0', OPS_HOST: '::1' }, { ops: { host: '::1', port: 0 } }],
  ['hops of proxies', { TRUST_PROXY: '2' }, { trustProxy: 2 }],
  [
    'addresses of proxies',
    { TRUST_PROXY: '10.0.0.0/8, fd00::/8' },
    { trustProxy: ['10.0.0.0/8', 'fd00::/8'] },
  ],
  [
    'what Kubernetes sets beside a Service called auth',
    { AUTH_PORT_80_TCP: 'tcp://10.0.0.1:80', AUTH_SERVICE_HOST: '10.0.0.1' },
    {},
  ],
  [
    'the Clerk webhook of the primary issuer',
    { CLERK_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    { clerkWebhook: { issuer: 'https://issuer.example' } },
  ],
])('accepts %s', (_what, env, expected) => {
  expect(loadConfig({ ...good, ...env })).toMatchObject(expected);
});

it('refuses a certificate and key that cannot be used, by name', () => {
  const file = join(temporaryFolder(), 'key.pem');
  writeFileSync(file, privatePem);
  expect(wrongVariables({ ...good, TLS_CERT_FILE: file, TLS_KEY_FILE: file })).toEqual([
    'TLS_CERT_FILE, TLS_KEY_FILE',
  ]);
});

describe('AUTH_ISSUERS', () => {
  const first = { issuer: 'https://one.example', audience: 'api' };
  const issuers = (...entries: unknown[]) => ({ AUTH_ISSUERS: JSON.stringify(entries) });

  it('takes several issuers, the first as the primary, each with its own rules', () => {
    const second = {
      issuer: 'https://two.example',
      audience: ['a', 'b'],
      publicKey: ecPem,
      algorithms: ['ES256'],
    };
    const third = {
      issuer: 'https://three.example',
      audience: 'none',
      authorizedParties: ['https://app.example'],
    };
    expect(loadConfig(issuers(first, second, third)).issuers).toEqual([
      { issuer: 'https://one.example', audience: ['api'], algorithms: ['RS256'] },
      { ...second },
      { ...third, audience: null, algorithms: ['RS256'] },
    ]);
  });

  it('takes the rules of a provider, and required claims, in place of an audience', () => {
    const clerk = { issuer: 'https://clerk.example', provider: 'clerk' };
    const cognito = {
      issuer: 'https://cognito.example',
      audience: null,
      requiredClaims: { token_use: 'access', client_id: ['a'] },
    };
    expect(loadConfig(issuers(clerk, cognito)).issuers).toEqual([
      { ...clerk, audience: null, algorithms: ['RS256'] },
      { ...cognito, algorithms: ['RS256'] },
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'has an audience of none alone',
      issuers(first, { ...first, issuer: 'https://a.example', audience: 'none' }),
      '[1] has no',
    ],
    [
      'has an audience of null alone',
      issuers({ ...first, audience: null }),
      'provider, authorizedParties or requiredClaims',
    ],
    [
      'has an unknown provider',
      issuers({ ...first, provider: 'klerk' }),
      '[0].provider is wrong; expected one of the',
    ],
    ['requires no claims', issuers({ ...first, requiredClaims: {} }), '[0].requiredClaims'],
    ['requires a claim of null', issuers({ ...first, requiredClaims: { a: null } }), '[0].requiredClaims'],
    ['has its scopes nowhere', issuers({ ...first, scopeClaims: [] }), '[0].scopeClaims'],
    ['has its roles in a text', issuers({ ...first, roleClaims: 'roles' }), '[0].roleClaims'],
    ['is no JSON', { AUTH_ISSUERS: '[{' }, 'JSON'],
    ['is no list', { AUTH_ISSUERS: '{}' }, 'array'],
    ['is empty', issuers(), 'at least one'],
    ['lacks an audience', issuers({ issuer: 'https://one.example' }), '[0].audience'],
    ['has an option that nobody reads', issuers({ ...first, authorisedParties: ['x'] }), 'authorisedParties'],
    ['has an issuer in plain http', issuers(first, { ...first, issuer: 'http://two.example' }), '[1].issuer'],
    ['names an issuer twice', issuers(first, first), 'twice'],
    ['allows HS256', issuers({ ...first, algorithms: ['HS256'] }), '[0].algorithms'],
    ['has a key that fits no algorithm', issuers({ ...first, publicKey: ecPem }), '[0]'],
  ])('is refused when it %s', (_what, env, told) => {
    expect(problemsOf(env)).toEqual([{ variable: 'AUTH_ISSUERS', message: expect.stringContaining(told) }]);
  });

  it('stands alone: the variables of a single issuer beside it are refused', () => {
    expect(wrongVariables({ ...issuers(first), ...good, AUTH_ALGORITHMS: 'RS256' })).toEqual([
      'AUTH_ISSUER',
      'AUTH_AUDIENCE',
      'AUTH_ALGORITHMS',
    ]);
  });
});

describe('.env.example', () => {
  const lines = readFileSync(join(__dirname, '../../.env.example'), 'utf8').split('\n');
  const settings = lines.flatMap((line) => {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? ''] as const];
  });

  it('lists every variable that is read, and none that is not', () => {
    expect(settings.map(([name]) => name).sort()).toEqual(Object.keys(variables.shape).sort());
  });

  it('gives every default as it is', () => {
    const given = Object.fromEntries(settings);
    const { AUTH_ISSUER = '', AUTH_AUDIENCE = '' } = given;
    expect(loadConfig(given)).toEqual(loadConfig({ AUTH_ISSUER, AUTH_AUDIENCE }));
  });
});
