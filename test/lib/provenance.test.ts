import type { Auth } from '../../lib/auth';
import { provenanceOf, vouch } from '../../lib/provenance';

const auth = (): Auth => ({
  kind: 'token',
  issuer: 'https://issuer.example',
  subject: 'ada',
  scopes: [],
  roles: [],
  expiresAt: 2_000_000_000,
  payload: {},
  header: {},
});
const stillHolds = () => true;

describe('vouch', () => {
  it('freezes the proof that it was given, and keeps where it comes from beside it', () => {
    const given = auth();
    const vouched = vouch(given, { stillHolds, fingerprint: 'f' });
    expect(vouched).toBe(given);
    expect(Object.isFrozen(vouched)).toBe(true);
    expect(provenanceOf(vouched)).toMatchObject({ stillHolds, fingerprint: 'f' });
  });

  it('shows nothing of it on the proof', () => {
    const vouched = vouch(auth(), { stillHolds, fingerprint: 'f' });
    expect(Reflect.ownKeys(vouched).sort()).toEqual(Reflect.ownKeys(auth()).sort());
    expect(JSON.stringify(vouched)).toBe(JSON.stringify(auth()));
  });

  it.each([
    ['a spread copy', (vouched: Auth) => ({ ...vouched })],
    ['a structured clone', (vouched: Auth) => structuredClone(vouched)],
    ['an object that inherits from it', (vouched: Auth) => Object.create(vouched) as Auth],
    ['a proxy of it', (vouched: Auth) => new Proxy(vouched, {})],
  ])('is not known of %s', (_copy, copied) => {
    expect(provenanceOf(copied(vouch(auth(), { stillHolds, fingerprint: 'f' })))).toBeUndefined();
  });

  it('replaces what was known of a proof that is vouched for again', () => {
    const vouched = vouch(auth(), { stillHolds, fingerprint: 'f' });
    expect(vouch(vouched, { stillHolds, keyId: 'k' })).toBe(vouched);
    expect(provenanceOf(vouched)).toEqual({ stillHolds, keyId: 'k', identity: expect.any(String) });
  });

  it('gives a copy of a proof that was frozen by somebody else', () => {
    const frozen = Object.freeze(auth());
    const vouched = vouch(frozen, { stillHolds });
    expect(vouched).toEqual(frozen);
    expect(provenanceOf(vouched)).toMatchObject({ stillHolds });
    expect(provenanceOf(frozen)).toBeUndefined();
  });
});

it.each([undefined, null, 7, 'auth'])('is undefined of %j, which is no proof', (none) => {
  expect(provenanceOf(none as unknown as Auth)).toBeUndefined();
});
