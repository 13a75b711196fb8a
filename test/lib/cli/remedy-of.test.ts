import type { JwtPayload } from '../../../lib/auth';
import { remedyOf, type About } from '../../../lib/cli/inspect/remedy-of';

const NOW = Date.UTC(2026, 10, 26, 18, 0, 0);

function remedy(rule: string, why: string | undefined, about: Partial<About>) {
  const finding = {
    rule,
    outcome: 'broken',
    says: 'is as it should be',
    ...(why !== undefined && { why }),
  } as const;
  return remedyOf(finding, { payload: {}, alg: 'RS256', given: {}, now: NOW, ...about });
}

/** A payload as it comes, which need not be as it should be. */
function claims(payload: object): { payload: JwtPayload } {
  return { payload: payload as JwtPayload };
}

it.each([
  [NOW / 1000 - 60, '2026-11-26 17:59:00 UTC, 1 minute ago'],
  [-1e20, '-100000000000000000000'],
])('an exp of %d is said as a time if it is one', (exp, time) => {
  expect(remedy('exp', 'The token has expired.', claims({ exp }))).toEqual({
    says: `The token expired at ${time}`,
    mend: 'get a new one; if it is new, compare the clocks',
  });
});

it.each([
  ['nbf', NOW / 1000 + 60, '2026-11-26 18:01:00 UTC, in 1 minute'],
  ['iat', 1e20, '100000000000000000000'],
])('%s of %d is said as a time if it is one', (rule, seconds, time) => {
  expect(remedy(rule, 'The token is of the future.', claims({ [rule]: seconds }))).toEqual({
    says: `The token is of the future, since its ${rule} is ${time}`,
    mend: 'compare the clocks',
  });
});

it.each([
  ['HS256', {}, `The token's alg is "HS256" and you allow RS256`],
  [undefined, {}, `The token's alg is null and you allow RS256`],
  [
    'none',
    { algorithms: ['ES256', 'EdDSA'] as const },
    `The token's alg is "none" and you allow ES256, EdDSA`,
  ],
])('an alg of %s under %j', (alg, given, says) => {
  expect(remedy('alg', 'no', { alg, given })).toEqual({
    says,
    mend: 'allow it if your issuer signs so; none and HS* cannot be allowed',
  });
});

it.each([
  [{ iss: 'https://a.example/' }, { issuer: 'https://a.example' }, '"https://a.example/"', 'add the slash'],
  [
    { iss: 'https://a.example' },
    {},
    '"https://a.example"',
    'configure https://a.example if that is your issuer',
  ],
])('the iss in %j under %j', (payload, given: { issuer?: string }, iss, mend) => {
  expect(remedy('iss', 'no', { ...claims(payload), given })).toEqual({
    says: `The token's iss is ${iss} and you configured "${given.issuer ?? ''}"`,
    mend,
  });
});

it('an iss that is no text is told in the words of the rule', () => {
  const why = 'The token has no "iss".';
  expect(remedy('iss', why, claims({ iss: 3 }))).toEqual({ says: 'The token has no "iss"' });
});

it.each([
  ['typ', { typ: 'ID' }],
  ['token_use', { token_use: 'id' }],
  ['nonce', { nonce: 'n' }],
  ['at_hash', { at_hash: 'h' }],
])('an ID token, told by its %s, is to be replaced by the access token', (_name, payload) => {
  expect(remedy('aud', 'no', { ...claims(payload), given: { audience: 'api' } })).toEqual({
    says: `The token's aud is missing and you configured "api"`,
    mend: 'this is an ID token, which is for the client itself, so send the access token',
  });
});

it('an audience and a party of others say what came', () => {
  const payload = { aud: ['other'], azp: 'app' };
  expect(remedy('aud', 'no', { ...claims(payload), given: { audience: 'api' } })).toEqual({
    says: `The token's aud is ["other"] and you configured "api"`,
    mend: 'ask the issuer for a token for your API, or configure that audience if it is your API',
  });
  expect(remedy('azp', 'no', { ...claims(payload), given: { authorizedParties: ['web'] } })).toEqual({
    says: `The token's azp is "app" and you configured ["web"]`,
    mend: 'add that party if its front end is yours',
  });
});

it('a rule without an explanation of its own is told without its stop', () => {
  expect(remedy('form', 'It is no JWT.', {})).toEqual({ says: 'It is no JWT' });
  expect(remedy('form', undefined, {})).toEqual({ says: '' });
});
