import { expressOauth2JwtBearer, jwtVerifier, nodeCrypto, type InvalidTokenError } from 'sallyport';
import { clerkClaims, type ClerkClaimsOptions } from 'sallyport/clerk';
import { createTestIssuer } from 'sallyport/testing';
import { clerkTokens, SESSION } from '../../support/clerk-tokens';

const { issuer, keys, token } = createTestIssuer();

describe.each([expressOauth2JwtBearer(), nodeCrypto()])("Clerk's tokens with $name", (engine) => {
  /** 'accepted', or why not; what is refused counts against whom it names. */
  async function judge(made: string, options: Partial<ClerkClaimsOptions> = {}): Promise<string> {
    const verify = jwtVerifier({
      issuer,
      keys,
      engine,
      ...clerkClaims({ authorizedParties: null, ...options }),
    });
    const error = await verify(made).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error === undefined) return 'accepted';
    expect(error).toMatchObject({ status: 401, code: 'invalid_token', proven: { issuer } });
    return (error as InvalidTokenError).message;
  }

  it.each(clerkTokens)('$name', async ({ token: make, refused, template }) => {
    const verdict = await judge(make({ token }));
    expect(verdict).toMatch(refused ?? /^accepted$/);
    const withTemplates = await judge(make({ token }), { template: true });
    expect(withTemplates === 'accepted').toBe(template ?? refused === undefined);
  });

  it.each(['', null])('takes a sid of %j for no session', async (sid) => {
    expect(await judge(token({ ...SESSION, sid }))).toMatch(/no session/);
    expect(await judge(token({ ...SESSION, sid }), { template: true })).toBe('accepted');
  });

  it('asks also for the party, where one is given', async () => {
    const options = { authorizedParties: ['https://app.example'] };
    expect(await judge(token(SESSION), options)).toBe('accepted');
    expect(await judge(token({ ...SESSION, azp: 'https://evil.example' }), options)).toMatch(/azp/);
    expect(await judge(token({ ...SESSION, azp: undefined }), options)).toMatch(/azp/);
  });

  it("asks a host's own rule last, with payload and header", async () => {
    const refuse = jest.fn(() => 'The plan is not paid.');
    expect(await judge(token({ ...SESSION, sub: 'mch_1' }), { refuse })).toMatch(/user/);
    expect(refuse).not.toHaveBeenCalled();
    expect(await judge(token(SESSION), { refuse })).toBe('The plan is not paid.');
    expect(refuse).toHaveBeenCalledWith(
      expect.objectContaining({ sub: SESSION.sub }),
      expect.objectContaining({ typ: 'JWT' }),
    );
  });

  it('keeps access tokens out also where an audience is put beside the spread', async () => {
    const rules = { ...clerkClaims({ authorizedParties: null }), audience: 'https://api.example' };
    const verify = jwtVerifier({ issuer, keys, engine, ...rules });
    const made = token({ ...SESSION, aud: 'https://api.example' }, { typ: 'at+jwt' });
    await expect(verify(made)).rejects.toMatchObject({ reason: 'claims' });
  });
});
