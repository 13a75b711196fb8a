import { remoteKeys } from 'sallyport';
import * as presets from 'sallyport/issuers';
import {
  createTestIssuer,
  PROVIDERS,
  startTestIssuer,
  type HttpTestIssuer,
  type Provider,
  type TokenKind,
} from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { ANSWERS, callThrough, ENGINES, PRESETS, TENANT } from '../../support/presets';

afterAll(cleanUp);

async function like(provider: Provider): Promise<HttpTestIssuer> {
  const issuer = await startTestIssuer({ like: provider });
  later(() => issuer.close());
  return issuer;
}

const answers = (provider: Provider) =>
  Object.entries(ANSWERS[provider]).map(([kind, answer]) => ({
    kind: kind as TokenKind,
    answer,
    told: typeof answer === 'string' ? `401, ${answer}` : 'accepted',
  }));

describe.each(PROVIDERS)('%s, by its preset', (provider) => {
  let issuer: HttpTestIssuer;
  let calls: Awaited<ReturnType<typeof callThrough>>[];
  beforeAll(async () => {
    issuer = await like(provider);
    const rules = PRESETS[provider](issuer);
    calls = await Promise.all(Object.values(ENGINES).map((engine) => callThrough(rules, engine())));
  });

  it('answers for every kind of token', () => {
    expect(Object.keys(ANSWERS[provider]).sort()).toEqual([...issuer.kinds].sort());
  });

  it.each(answers(provider))('$kind: $told', async ({ kind, answer }) => {
    const token = issuer.tokenOf(kind);
    for (const call of calls) {
      const outcome = await call(token);
      if (typeof answer === 'string') {
        expect(outcome).toMatchObject({ status: 401, code: 'invalid_token', reason: answer });
        expect(outcome).not.toHaveProperty('subject');
        continue;
      }
      const { subject = issuer.subject, scopes = [], roles = [] } = answer;
      expect(outcome).toMatchObject({ status: 200, issuer: issuer.issuer, subject, scopes, user: subject });
      expect(outcome.roles).toEqual(roles);
    }
  });

  it('follows a rotation: the new key at once, the old one until it is withdrawn', async () => {
    const own = await like(provider);
    let now = Date.now();
    // Supabase is not asked for discovery, as its preset says.
    const place = provider === 'supabase' ? { jwksUri: own.jwksUri } : { issuer: own.issuer };
    const keys = remoteKeys({ ...place, now: () => now });
    later(() => {
      keys.close();
    });
    const call = await callThrough({ ...PRESETS[provider](own), keys });
    const old = own.token();
    expect((await call(old)).status).toBe(200);
    const announced = JSON.stringify(own.jwks());
    const kid = own.rotate();
    expect((await call(own.token())).status).toBe(200);
    // A key that was in the set beforehand costs no further look at it.
    expect(own.fetches).toBe(announced.includes(JSON.stringify(kid)) ? 1 : 2);
    expect((await call(old)).status).toBe(200);
    own.withdraw();
    now += 11 * 60_000;
    expect(await call(own.token())).toMatchObject({ status: 200 });
    expect(await call(old)).toMatchObject({ status: 401, reason: 'unknown_key' });
  });
});

describe('an ID token whose audience was configured by mistake', () => {
  it.each<[Provider, (issuer: HttpTestIssuer, aud: string) => Parameters<typeof callThrough>[0]]>([
    ['auth0', ({ issuer }, audience) => presets.auth0({ issuer, audience })],
    ['okta', ({ issuer }, audience) => presets.okta({ issuer, audience })],
    ['keycloak', ({ issuer }, audience) => presets.keycloak({ issuer, audience })],
  ])('is refused all the same: %s', async (provider, rules) => {
    const issuer = await like(provider);
    const call = await callThrough(rules(issuer, 'the-client'));
    expect(await call(issuer.tokenOf('id', { aud: 'the-client' }))).toMatchObject({ reason: 'claims' });
  });
});

describe('Supabase', () => {
  it('accepts the OAuth clients that are named, and them alone', async () => {
    const issuer = await like('supabase');
    const claims = { client_id: 'assistant' };
    const call = await callThrough(presets.supabase({ issuer: issuer.issuer, claims }));
    expect(await call(issuer.tokenOf('oauth', claims))).toMatchObject({ status: 200 });
    expect(await call(issuer.tokenOf('oauth'))).toMatchObject({ reason: 'claims' });
    expect(await call(issuer.token())).toMatchObject({ reason: 'claims' });
  });

  it('refuses OAuth clients where anonymous users are accepted too', async () => {
    const issuer = await like('supabase');
    const call = await callThrough(presets.supabase({ issuer: issuer.issuer, anonymous: true }));
    expect(await call(issuer.tokenOf('oauth'))).toMatchObject({ reason: 'claims' });
    expect(await call(issuer.token({ client_id: '' }))).toMatchObject({ status: 200 });
  });
});

describe('Auth0', () => {
  it('refuses the ID token of a sign-in without nonce too, where the audience is by mistake the client', async () => {
    const issuer = await like('auth0');
    const call = await callThrough(presets.auth0({ issuer: issuer.issuer, audience: 'the-client' }));
    const made = issuer.tokenOf('id', { aud: 'the-client', nonce: undefined });
    expect(await call(made)).toMatchObject({ reason: 'claims' });
  });

  it('refuses permissions that are no list', async () => {
    const issuer = await like('auth0');
    const call = await callThrough(PRESETS.auth0(issuer));
    expect(await call(issuer.token({ permissions: { admin: true } }))).toMatchObject({ reason: 'claims' });
    expect(await call(issuer.token({ permissions: undefined }))).toMatchObject({ status: 200 });
  });
});

describe('Google', () => {
  it('is one issuer in both spellings, and so one user', async () => {
    const issuer = await like('google');
    const call = await callThrough(PRESETS.google(issuer));
    const bare = issuer.issuer.replace('http://', '');
    expect(await call(issuer.token({ iss: bare }))).toMatchObject({ status: 200, issuer: issuer.issuer });
    expect(presets.google({ clientId: 'x' })).toMatchObject({
      issuer: 'https://accounts.google.com',
      aliases: ['accounts.google.com'],
    });
  });

  it('lets accounts of the Workspace domain in, and no others', async () => {
    const issuer = await like('google');
    const call = await callThrough(PRESETS.google(issuer));
    expect(await call(issuer.token({ hd: 'example.com' }))).toMatchObject({ status: 200 });
    for (const hd of ['example.org', 'sub.example.com', '', undefined])
      expect(await call(issuer.token({ hd }))).toMatchObject({ status: 401, reason: 'claims' });
  });

  it('lets any account in where no domain is named, and service accounts only where that is spelled', async () => {
    const issuer = await like('google');
    const options = { issuer: issuer.issuer, clientId: issuer.audience };
    const ofUsers = await callThrough(presets.google(options));
    expect(await ofUsers(issuer.token({ hd: undefined }))).toMatchObject({ status: 200 });
    expect(await ofUsers(issuer.tokenOf('machine'))).toMatchObject({ status: 401, reason: 'claims' });
    const ofBoth = await callThrough(presets.google({ ...options, serviceAccounts: true }));
    expect(await ofBoth(issuer.tokenOf('machine'))).toMatchObject({ status: 200 });
  });
});

describe('Keycloak', () => {
  it('refuses a token without the audience mapper, whose audience is the account console', async () => {
    const issuer = await like('keycloak');
    const call = await callThrough(PRESETS.keycloak(issuer));
    expect(await call(issuer.token({ aud: 'account' }))).toMatchObject({ status: 401, reason: 'audience' });
  });

  it('takes roles from the client that is named, and from no other', async () => {
    const issuer = await like('keycloak');
    const { audience } = issuer;
    const call = await callThrough(
      presets.keycloak({ issuer: issuer.issuer, audience, client: 'constructor' }),
    );
    const outcome = await call(issuer.token({ realm_access: undefined }));
    expect(outcome).toMatchObject({ status: 200, roles: [] });
  });
});

describe('Cognito', () => {
  it('accepts the clients that are named, machines too, and their tokens only', async () => {
    const issuer = await like('cognito');
    const job = '7jobjobjobjobjobjobjobjob7';
    const clientId = [issuer.audience, job].flat();
    const call = await callThrough(presets.cognito({ issuer: issuer.issuer, clientId }));
    expect(await call(issuer.tokenOf('machine'))).toMatchObject({ status: 200, subject: job });
    expect(await call(issuer.token({ client_id: 'another' }))).toMatchObject({ reason: 'claims' });
    expect(await call(issuer.token({ client_id: undefined, aud: job }))).toMatchObject({ reason: 'claims' });
  });
});

describe('Entra', () => {
  it('refuses what grants nothing: any application of the tenant can get such a token', async () => {
    const issuer = await like('entra');
    const call = await callThrough(PRESETS.entra(issuer));
    expect(await call(issuer.tokenOf('machine', { roles: undefined }))).toMatchObject({ reason: 'claims' });
  });

  it('takes a token of 200 groups', async () => {
    const issuer = await like('entra');
    const call = await callThrough(PRESETS.entra(issuer));
    const groups = Array.from(
      { length: 200 },
      (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    );
    expect(await call(issuer.token({ groups }))).toMatchObject({ status: 200 });
  });

  it('accepts tokens of version 1.0 where the API is set to them, and no others then', async () => {
    const issuer = await like('entra');
    const v1 = `${new URL(issuer.issuer).origin}/${TENANT}/`;
    const audience = `api://${[issuer.audience].flat()[0] ?? ''}`;
    const keys = remoteKeys({ jwksUri: issuer.jwksUri });
    later(() => {
      keys.close();
    });
    const rules = presets.entra({ tenantId: TENANT, issuer: v1, audience, version: '1.0' });
    const call = await callThrough({ ...rules, keys });
    expect(await call(issuer.tokenOf('access-v1', { iss: v1 }))).toMatchObject({ status: 200 });
    expect(await call(issuer.token({ iss: v1, aud: audience }))).toMatchObject({ reason: 'claims' });
    expect(await call(issuer.tokenOf('access-v1', { iss: v1, appid: undefined }))).toMatchObject({
      reason: 'claims',
    });
  });
});

describe('anonymous users', () => {
  it.each([
    [
      'firebase',
      (own: HttpTestIssuer) =>
        presets.firebase({ issuer: own.issuer, projectId: 'notes-demo', anonymous: true }),
    ],
    ['supabase', (own: HttpTestIssuer) => presets.supabase({ issuer: own.issuer, anonymous: true })],
  ] as const)('of %s are accepted once that is spelled', async (provider, rules) => {
    const issuer = await like(provider);
    const call = await callThrough(rules(issuer));
    expect(await call(issuer.tokenOf('anonymous'))).toMatchObject({ status: 200 });
  });
});

describe('Kubernetes', () => {
  it('refuses another service account of the cluster, and takes any where that is spelled', async () => {
    const issuer = await like('kubernetes');
    const other = issuer.token({ sub: 'system:serviceaccount:shop:other' });
    const { audience } = issuer;
    const listed = await callThrough(PRESETS.kubernetes(issuer));
    expect(await listed(other)).toMatchObject({ status: 401, reason: 'claims' });
    const open = await callThrough(
      presets.kubernetes({ issuer: issuer.issuer, audience, serviceAccounts: null }),
    );
    expect(await open(other)).toMatchObject({ status: 200 });
  });
});

describe('GitHub Actions', () => {
  it('refuses another repository, also one that has taken the name', async () => {
    const issuer = await like('githubActions');
    const { audience } = issuer;
    const rules = {
      issuer: issuer.issuer,
      audience,
      repository: 'octo-org/octo-repo',
      repositoryId: '456789',
    };
    const call = await callThrough(presets.githubActions(rules));
    expect(await call(issuer.tokenOf('pull-request'))).toMatchObject({ status: 200 });
    expect(await call(issuer.token({ repository: 'mallory/octo-repo' }))).toMatchObject({ reason: 'claims' });
    expect(await call(issuer.token({ repository_id: '666' }))).toMatchObject({ reason: 'claims' });
  });
});

describe('Clerk', () => {
  it('refuses what another site of the instance got hold of, and a session that is not active yet', async () => {
    const issuer = await like('clerk');
    const origins = [issuer.audience].flat();
    const rules = { issuer: issuer.issuer, authorizedParties: origins };
    const call = await callThrough(presets.clerk(rules));
    const other = issuer.token({ azp: 'https://evil.example' });
    expect(await call(issuer.token())).toMatchObject({ status: 200 });
    expect(await call(other)).toMatchObject({ status: 401, reason: 'authorized_party' });
    const pending = issuer.token({ sts: 'pending' });
    expect(await call(pending)).toMatchObject({ status: 401, reason: 'claims' });
    const lenient = await callThrough(presets.clerk({ ...rules, refusePending: false }));
    expect(await lenient(pending)).toMatchObject({ status: 200 });
  });

  it('reads role and permissions of both versions of the session token', async () => {
    const issuer = await like('clerk');
    const call = await callThrough(PRESETS.clerk(issuer));
    const v1 = {
      v: undefined,
      o: undefined,
      fea: undefined,
      org_role: 'org:admin',
      org_permissions: ['org:notes:read'],
    };
    const admin = { status: 200, roles: ['admin'], scopes: ['org:notes:read'] };
    expect(await call(issuer.token(v1))).toMatchObject(admin);
    const o = { id: 'org_1', rol: 'admin', per: 'read,write,delete', fpm: '1,6' };
    expect(await call(issuer.token({ fea: 'o:notes,u:beta,uo:bills', o }))).toMatchObject({
      scopes: ['org:notes:read', 'org:bills:write', 'org:bills:delete'],
    });
    const alone = { status: 200, roles: [], scopes: [] };
    expect(await call(issuer.token({ o: undefined, fea: undefined }))).toMatchObject(alone);
  });

  it.each([
    ['more numbers than features', { fea: 'o:notes', o: { per: 'read', fpm: '1,1' } }],
    ['a number that is none', { fea: 'o:notes', o: { per: 'read', fpm: '0x1' } }],
    ['a negative number', { fea: 'o:notes', o: { per: 'read', fpm: '-1' } }],
    ['a role that is none', { o: { rol: ['admin'] } }],
    ['an organization that is none', { o: 'org_1' }],
    ['permissions of version 1 that are no list', { v: 1, org_permissions: 'org:notes:read' }],
  ])('refuses %s', async (_what, claims) => {
    const { issuer, keys, token } = createTestIssuer({ like: 'clerk' });
    const call = await callThrough({ ...presets.clerk({ issuer, authorizedParties: null }), keys });
    expect(await call(token(claims))).toMatchObject({ status: 401, reason: 'claims' });
  });
});
