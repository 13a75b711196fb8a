import {
  claimAt,
  expressOauth2JwtBearer,
  InternalError,
  InvalidTokenError,
  jwtVerifier,
  nodeCrypto,
  type JwtPayload,
  type JwtVerifierOptions,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

const { issuer, audience, keys, subject, token } = createTestIssuer();
const both = [expressOauth2JwtBearer(), nodeCrypto()];

/** What both engines make of it: scopes and roles, or the reason of the refusal. */
async function judge(rules: Partial<JwtVerifierOptions>, claims: Record<string, unknown>): Promise<unknown> {
  const made = token(claims);
  const verdicts = await Promise.all(
    both.map((engine) =>
      jwtVerifier({ issuer, audience, keys, engine, ...rules })(made).then(
        ({ scopes, roles }) => ({ scopes, roles }),
        (error: unknown) => {
          if (!(error instanceof InvalidTokenError)) throw error;
          expect(error.proven).toEqual({ issuer, subject });
          return error.detail;
        },
      ),
    ),
  );
  expect(verdicts[1]).toEqual(verdicts[0]);
  return verdicts[0];
}

const rolesOf = async (roles: JwtVerifierOptions['roles'], claims: Record<string, unknown>) => {
  const verdict = await judge(roles ? { roles } : {}, claims);
  return typeof verdict === 'string' ? verdict : (verdict as { roles: unknown }).roles;
};

const scopesOf = async (scopes: JwtVerifierOptions['scopes'], claims: Record<string, unknown>) => {
  const verdict = await judge(scopes ? { scopes } : {}, claims);
  return typeof verdict === 'string' ? verdict : (verdict as { scopes: unknown }).scopes;
};

describe('scopes and roles', () => {
  it('are scope and scp, and none, where nobody says otherwise', async () => {
    const claims = { scope: 'a b', scp: ['c'], roles: ['admin'] };
    expect(await judge({}, claims)).toEqual({ scopes: ['a', 'b', 'c'], roles: [] });
  });

  it('are what the host takes them from, and not from elsewhere', async () => {
    const rules = { scopes: claimAt('permissions'), roles: claimAt('roles') };
    const claims = { scope: 'a', permissions: ['read:x', 'write:x'], roles: ['admin', 'admin'] };
    expect(await judge(rules, claims)).toEqual({ scopes: ['read:x', 'write:x'], roles: ['admin'] });
  });

  it('a string is a list of scopes, and one role', async () => {
    const rules = { scopes: claimAt('s'), roles: claimAt('r') };
    expect(await judge(rules, { s: 'a  b', r: 'Head of Sales' })).toEqual({
      scopes: ['a', 'b'],
      roles: ['Head of Sales'],
    });
  });

  it('a malformed scope claim does not matter where scopes are taken from another', async () => {
    expect(await scopesOf(claimAt('permissions'), { scope: { a: 1 }, permissions: ['a'] })).toEqual(['a']);
  });

  it('are frozen', async () => {
    const verify = jwtVerifier({ issuer, audience, keys, roles: claimAt('r'), scopes: claimAt('r') });
    const auth = await verify(token({ r: ['a'] }));
    for (const list of [auth.scopes, auth.roles]) {
      expect(() => (list as string[]).push('admin')).toThrow(TypeError);
    }
  });
});

describe('claimAt', () => {
  it.each<[readonly [string, ...string[]], unknown, unknown]>([
    [['realm_access', 'roles'], { realm_access: { roles: ['a', 'b'] } }, ['a', 'b']],
    [['resource_access', 'my.app', 'roles'], { resource_access: { 'my.app': { roles: ['x'] } } }, ['x']],
    [['https://api.example/roles'], { 'https://api.example/roles': ['x'] }, ['x']],
    [['cognito:groups'], { 'cognito:groups': ['x'] }, ['x']],
    [['https://api.example/roles'], { https: { api: ['x'] } }, []],
    [['realm_access', 'roles'], { 'realm_access.roles': ['x'] }, []],
    [['realm_access', 'roles'], { realm_access: {} }, []],
    [['realm_access', 'roles'], { realm_access: null }, []],
    [['realm_access', 'roles'], { realm_access: { roles: null } }, []],
    [['realm_access', 'roles'], { realm_access: { roles: '' } }, []],
    [['realm_access', 'roles'], { realm_access: { roles: ['', 'a'] } }, ['a']],
    [['realm_access', 'roles'], {}, []],
  ])('%j of %j', async (path, claims, roles) => {
    expect(await rolesOf(claimAt(...path), claims as Record<string, unknown>)).toEqual(roles);
  });

  it.each<[readonly [string, ...string[]], Record<string, unknown>]>([
    [['roles'], { roles: 5 }],
    [['roles'], { roles: false }],
    [['roles'], { roles: { admin: true } }],
    [['roles'], { roles: ['a', 1] }],
    [['roles'], { roles: [['a']] }],
    [['roles'], { roles: [null] }],
    [['realm_access', 'roles'], { realm_access: 'roles' }],
    [['realm_access', 'roles'], { realm_access: ['roles'] }],
    [['realm_access', 'length'], { realm_access: 'roles' }],
  ])('%j of %j refuses the token', async (path, claims) => {
    const said = `The token's ${path.join('.')} is not a list of strings.`;
    expect(await rolesOf(claimAt(...path), claims)).toBe(said);
    expect(await scopesOf(claimAt(...path), claims)).toBe(said);
  });

  it.each<[readonly [string, ...string[]]]>([
    [['constructor', 'name']],
    [['__proto__', 'x']],
    [['toString', 'name']],
    [['a', 'constructor', 'name']],
  ])('finds nothing that the token does not say: %j', async (path) => {
    expect(await rolesOf(claimAt(...path), { a: {} })).toEqual([]);
  });

  it.each([[], [''], [1], [['a']], ['a', '']])('refuses the path %j at mount', (...path) => {
    expect(() => claimAt(...(path as unknown as [string]))).toThrow(TypeError);
  });
});

describe("a host's own function", () => {
  it('is given what the token says, frozen', async () => {
    const roles = (payload: JwtPayload) => {
      expect(Object.isFrozen(payload)).toBe(true);
      return (payload['groups'] as { name: string }[]).map(({ name }) => name);
    };
    expect(await rolesOf(roles, { groups: [{ name: 'a' }] })).toEqual(['a']);
  });

  it('is not asked about a token that is refused', async () => {
    const asked = jest.fn(() => []);
    await judge({ roles: asked, scopes: asked }, { aud: 'other' });
    expect(asked).not.toHaveBeenCalled();
  });

  it('is asked once about a token, so that what it gives is what was judged', async () => {
    for (const option of ['scopes', 'roles']) {
      const own = jest.fn(() => ['a']);
      const verify = jwtVerifier({ issuer, audience, keys, [option]: own });
      expect(await verify(token())).toMatchObject({ [option]: ['a'] });
      expect(own).toHaveBeenCalledTimes(1);
    }
  });

  it('may refuse the token itself', async () => {
    const scopes = () => {
      throw new InvalidTokenError('claims', 'No plan, no scopes.');
    };
    expect(await scopesOf(scopes, {})).toBe('No plan, no scopes.');
  });

  it.each<[string, () => unknown]>([
    ['throws', () => undefined!['x' as never]],
    ['gives a number', () => 1],
    ['gives null', () => null],
    ['gives true', () => true],
    ['gives an object', () => ({ admin: true })],
    ['gives a set', () => new Set(['admin'])],
    ['gives a promise', () => Promise.resolve(['admin'])],
    ['gives a list with a number', () => ['admin', 1]],
  ])('that %s is a bug of the host, and no pass', async (_what, own) => {
    for (const rules of [{ roles: own }, { scopes: own }] as Partial<JwtVerifierOptions>[]) {
      const failure = await judge(rules, {}).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(InternalError);
      expect(failure).toMatchObject({ status: 500, code: 'internal' });
    }
  });

  it.each([{ roles: ['admin'] }, { scopes: 'permissions' }, { roles: null }])(
    'must be a function: %j',
    (rules) => {
      expect(() => jwtVerifier({ issuer, audience, keys, ...(rules as object) })).toThrow(
        /"(roles|scopes)" must be a function/,
      );
    },
  );
});
