import { cleanUp } from '../support/clean-up';
import { startService, type ServiceUnderTest } from '../support/service';
import { expectProblem } from '../support/assertions';

afterAll(cleanUp);

const bearing = (service: ServiceUnderTest, claims: Record<string, unknown>, by = service) =>
  service.with({ authorization: `Bearer ${by.issuer.token(claims)}` });

describe('AUTH_SCOPE_CLAIMS and AUTH_ROLE_CLAIMS', () => {
  let service: ServiceUnderTest;

  beforeAll(async () => {
    service = await startService({
      AUTH_SCOPE_CLAIMS: 'permissions,https://api.example/scopes',
      AUTH_ROLE_CLAIMS: 'realm_access.roles,https://api.example/roles,resource_access.analyzer.roles',
    });
  });

  const statusOf = async (claims: Record<string, unknown>) =>
    (await bearing(service, claims).post('/api/admin/revocations', { sid: 's' })).status;

  it.each<[Record<string, unknown>, number]>([
    [{ permissions: ['other', 'revocations:write'] }, 204],
    [{ permissions: 'other revocations:write' }, 204],
    [{ 'https://api.example/scopes': ['revocations:write'] }, 204],
    [{ permissions: [], 'https://api.example/scopes': ['revocations:write'] }, 204],
    [{ permissions: ['revocations:read'] }, 403],
    [{ scope: 'revocations:write' }, 403],
    [{}, 403],
    [{ permissions: { 'revocations:write': true } }, 401],
  ])('%j: %d', async (claims, status) => {
    expect(await statusOf({ sub: 'root', ...claims })).toBe(status);
  });

  it('writes the roles of the caller into the line of the request, and nothing else of the token', async () => {
    const claims = {
      sub: 'ada',
      realm_access: { roles: ['editor', 'admin'] },
      resource_access: { analyzer: { roles: ['writer'] } },
      'https://api.example/roles': 'Head of Sales',
    };
    const { headers } = await bearing(service, claims).get('/api/users/me');
    const line = service
      .log()
      .find((one) => one['msg'] === 'request' && one['requestId'] === headers.get('x-request-id'));
    expect(line).toMatchObject({ status: 200, roles: ['editor', 'admin', 'Head of Sales', 'writer'] });
    expect(JSON.stringify(line)).not.toContain('ada');
  });

  it('prefers a claim of the very name to a path', async () => {
    const claims = { sub: 'ada', 'realm_access.roles': ['named'], realm_access: { roles: ['path'] } };
    const { headers } = await bearing(service, claims).get('/api/users/me');
    const line = service
      .log()
      .find((one) => one['msg'] === 'request' && one['requestId'] === headers.get('x-request-id'));
    expect(line).toMatchObject({ roles: ['named'] });
  });

  it('writes no more than twenty, and none where there are none', async () => {
    const roles = Array.from({ length: 200 }, (_, n) => `role-${String(n)}`);
    const many = await bearing(service, { sub: 'ada', realm_access: { roles } }).get('/api/users/me');
    const none = await bearing(service, { sub: 'ada' }).get('/api/users/me');
    const lineOf = ({ headers }: typeof many) =>
      service
        .log()
        .find((one) => one['msg'] === 'request' && one['requestId'] === headers.get('x-request-id'));
    expect(lineOf(many)?.['roles']).toHaveLength(20);
    expect(lineOf(none)).not.toHaveProperty('roles');
  });
});

it('says in the line of the request what was expected and received of a wrong audience', async () => {
  const service = await startService();
  const answer = await bearing(service, { aud: 'account' }).get('/api/users/me');
  expectProblem(answer, 401, 'invalid_token');
  expect(answer.text).not.toContain('account');
  expect(service.log()).toContainEqual(
    expect.objectContaining({ reason: 'audience', expected: 'analyzer', received: 'account' }),
  );
});

describe('revocations of an issuer with several names', () => {
  it('reach its users by any of them, for callers of the primary', async () => {
    const [google, other] = [await startService(), await startService()];
    const name = google.issuer.issuer;
    const service = await startService({
      AUTH_ISSUERS: JSON.stringify([
        { issuer: other.issuer.issuer, audience: 'analyzer' },
        { issuer: name, audience: 'analyzer', provider: 'google', jwksUri: google.issuer.jwksUri },
      ]),
    });
    const alias = name.replace('http://', '');
    const me = (iss: string) => bearing(service, { iss, sid: 's' }, google).get('/api/users/me');
    expect([(await me(name)).status, (await me(alias)).status]).toEqual([200, 200]);
    const root = bearing(service, { scope: 'revocations:write' }, other);
    const answer = await root.post('/api/admin/revocations', { sid: 's', issuer: alias });
    expect(answer.status).toBe(204);
    expect([(await me(name)).status, (await me(alias)).status]).toEqual([401, 401]);
  });

  it('reach no other tenant of the same family, primary as it is', async () => {
    const [one, two] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
    const entra = await startService();
    const template = `${entra.issuer.issuer}/{tid}/v2.0`;
    const service = await startService({
      AUTH_ISSUERS: JSON.stringify([
        {
          issuer: template,
          audience: 'analyzer',
          provider: 'entra',
          jwksUri: entra.issuer.jwksUri,
          requiredClaims: { tid: [one, two] },
        },
      ]),
    });
    const of = (tid: string, claims: Record<string, unknown> = {}) => {
      const iss = template.replace('{tid}', tid);
      const common = { iss, tid, ver: '2.0', azp: 'app', scp: 'revocations:write' };
      return bearing(service, { ...common, ...claims }, entra);
    };
    const statusOf = async (tid: string, sid: string) => (await of(tid, { sid }).get('/api/users/me')).status;
    const revoke = (sid: string, tid?: string) =>
      of(one).post('/api/admin/revocations', {
        sid,
        ...(tid !== undefined && { issuer: template.replace('{tid}', tid) }),
      });

    expectProblem(await revoke('a', two), 403, 'not_owner');
    expectProblem(await revoke('a', '33333333-3333-4333-8333-333333333333'), 403, 'not_owner');
    expect(await statusOf(two, 'a')).toBe(200);
    expect((await revoke('a', one)).status).toBe(204);
    expect((await revoke('b')).status).toBe(204);
    expect([await statusOf(one, 'a'), await statusOf(one, 'b')]).toEqual([401, 401]);
    expect([await statusOf(two, 'a'), await statusOf(two, 'b')]).toEqual([200, 200]);
  });
});
