import { InvalidTokenError, jwtVerifier, type JwtVerifierOptions } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

const issuer = createTestIssuer();
const NOW = 1_800_000_000;
type Rules = Partial<JwtVerifierOptions>;

/** What a host's further rules say of a token with these claims, on a clock that stands still. */
function judged(rules: Rules, claims: Record<string, unknown>): Promise<string> {
  const { issuer: iss, audience, keys } = issuer;
  const verify = jwtVerifier({ issuer: iss, audience, keys, now: () => NOW * 1000, ...rules });
  return verify(issuer.token({ iat: NOW, exp: NOW + 600, ...claims })).then(
    ({ subject }) => subject,
    (error: unknown) => {
      if (!(error instanceof InvalidTokenError)) throw error;
      return `${error.reason} of ${error.proven?.subject ?? 'nobody'}`;
    },
  );
}

describe('authorizedParties', () => {
  const rules: Rules = { authorizedParties: ['https://app.example', 'https://admin.example'] };

  it.each([
    ['one of them', 'https://admin.example', 'ada'],
    ['another party', 'https://evil.example', 'authorized_party of ada'],
    ['one that begins alike', 'https://app.example.evil', 'authorized_party of ada'],
    ['no party', undefined, 'authorized_party of ada'],
  ])('a token of %s', async (_name, azp, verdict) => {
    expect(await judged(rules, { sub: 'ada', azp })).toBe(verdict);
  });

  it('are not asked for where there is no such option', async () => {
    expect(await judged({}, { sub: 'ada', azp: 'https://evil.example' })).toBe('ada');
  });
});

describe('maxTokenAge', () => {
  const rules: Rules = { maxTokenAge: 60, clockTolerance: 5 };

  it.each([
    [60, 'ada'],
    [65, 'ada'],
    [66, 'too_old of ada'],
  ])('a token that was issued %i s ago', async (age, verdict) => {
    expect(await judged(rules, { sub: 'ada', iat: NOW - age })).toBe(verdict);
  });

  it('a token that does not say when it was issued', async () => {
    expect(await judged(rules, { sub: 'ada', iat: undefined })).toBe('too_old of ada');
    expect(await judged({}, { sub: 'ada', iat: undefined })).toBe('ada');
  });
});

describe('clockTolerance', () => {
  const rules: Rules = { clockTolerance: 5 };

  it.each([
    [{ exp: NOW - 4 }, 'ada'],
    [{ exp: NOW - 5 }, 'expired of ada'],
    [{ nbf: NOW + 5 }, 'ada'],
    [{ nbf: NOW + 6 }, 'not_yet_valid of ada'],
    [{ iat: NOW + 5 }, 'ada'],
    [{ iat: NOW + 6 }, 'not_yet_valid of ada'],
  ])('is what a clock may differ by: %j', async (claims, verdict) => {
    expect(await judged(rules, { sub: 'ada', iat: NOW - 60, ...claims })).toBe(verdict);
  });
});

describe('refuse', () => {
  const rules: Rules = {
    refuse: ({ tier }) => (tier === 'suspended' ? 'The account is suspended.' : undefined),
  };

  it('says why a token whose signature is good is refused all the same', async () => {
    const { issuer: iss, audience, keys } = issuer;
    const verify = jwtVerifier({ issuer: iss, audience, keys, ...rules });
    await expect(verify(issuer.token({ tier: 'suspended' }))).rejects.toMatchObject({
      status: 401,
      code: 'invalid_token',
      reason: 'claims',
      detail: 'The account is suspended.',
    });
    expect(await judged(rules, { sub: 'ada', tier: 'paid' })).toBe('ada');
  });

  it('is not asked about a token that somebody made up', async () => {
    const asked: unknown[] = [];
    const { issuer: iss, audience, keys } = issuer;
    const verify = jwtVerifier({
      issuer: iss,
      audience,
      keys,
      refuse: (payload) => void asked.push(payload),
    });
    const [head, payload] = issuer.token().split('.');
    await expect(verify(`${String(head)}.${String(payload)}.AAAA`)).rejects.toMatchObject({
      reason: 'signature',
    });
    expect(asked).toEqual([]);
  });
});

describe('maxTokenLifetime', () => {
  const DAY = 86_400;

  it.each([
    [{}, { exp: NOW + 31 * DAY }, 'ada'],
    [{}, { iat: undefined, exp: NOW + 3650 * DAY }, 'ada'],
    [{ maxTokenLifetime: DAY }, { exp: NOW + DAY }, 'ada'],
    [{ maxTokenLifetime: DAY }, { exp: NOW + DAY + 1 }, 'claims of ada'],
    [{ maxTokenLifetime: DAY }, { iat: NOW - 60, exp: NOW + DAY }, 'claims of ada'],
    [{ maxTokenLifetime: DAY }, { iat: undefined, exp: NOW + DAY + 1 }, 'claims of ada'],
  ])('%j: a token of %j', async (rules, claims, verdict) => {
    expect(await judged(rules, { sub: 'ada', ...claims })).toBe(verdict);
  });
});

describe('sid, jti, azp and scope that say nothing', () => {
  it('are absent: null grants no scope, and no party is none that is authorized', async () => {
    const { issuer: iss, audience, keys } = issuer;
    const verify = jwtVerifier({ issuer: iss, audience, keys });
    const auth = await verify(issuer.token({ scope: null, scp: 'a', sid: '', jti: null }));
    expect(auth.scopes).toEqual(['a']);
    for (const azp of ['', null]) {
      expect(await judged({ authorizedParties: ['https://app.example'] }, { sub: 'ada', azp })).toBe(
        'authorized_party of ada',
      );
    }
  });

  it('null for an audience is none', async () => {
    expect(await judged({ audience: null }, { sub: 'ada', aud: null })).toBe('ada');
    expect(await judged({}, { sub: 'ada', aud: null })).toBe('audience of ada');
  });
});
