import { InvalidTokenError, memoryRevocations, type RevocationTarget, type SallyportEvent } from 'sallyport';
import { closeFeeds, issuer, openReady, seconds, START, stopTime } from '../../support/feeds';
import { keyProof, tokenProof } from '../../support/proofs';

beforeEach(stopTime);
afterEach(closeFeeds);

describe('what a revocation refuses', () => {
  const iat = seconds(START);
  const token = { issuer, jti: 'j', sid: 's', fingerprint: 'f', iat };

  it.each<[string, RevocationTarget]>([
    ['jti', { by: 'jti', issuer, value: 'j' }],
    ['sid', { by: 'sid', issuer, value: 's' }],
    ['token', { by: 'token', issuer, value: 'f' }],
    ['subject', { by: 'subject', issuer, value: 'alice' }],
  ])('refuses a token by its %s, says so in an event, and counts it as the subject', async (by, target) => {
    const events: SallyportEvent[] = [];
    const feed = await openReady({ onEvent: (event) => events.push(event) });
    const proof = tokenProof(token);
    expect(() => {
      feed.check(proof);
    }).not.toThrow();
    await feed.revoke([target]);
    expect(() => {
      feed.check(proof);
    }).toThrow(
      expect.objectContaining({ reason: 'revoked', status: 401, proven: { issuer, subject: 'alice' } }),
    );
    expect(events).toContainEqual({ type: 'revoked', issuer, subject: 'alice', by });
  });

  it.each<RevocationTarget>([
    { by: 'jti', issuer, value: 'J' },
    { by: 'jti', issuer, value: 's' },
    { by: 'sid', issuer, value: 'j' },
    { by: 'sid', issuer: 'https://other.example', value: 's' },
    { by: 'token', issuer, value: 'j' },
    { by: 'key', issuer, value: 'j' },
    { by: 'subject', issuer, value: 'Alice' },
    { by: 'subject', issuer: 'https://other.example', value: 'alice' },
  ])('lets a token pass that $by "$value" of $issuer does not name', async (target) => {
    const feed = await openReady();
    await feed.revoke([target]);
    expect(() => {
      feed.check(tokenProof(token));
    }).not.toThrow();
  });

  it.each([
    { by: 'keyId', issuer, value: 'k' },
    { by: 'sid', issuer, value: undefined },
    { by: 'sid', issuer, value: '' },
    { by: 'sid', value: 's' },
    { by: 'jti', issuer, value: 'j', expiresAt: NaN },
    { by: 'subject', issuer, value: 'alice', at: new Date(START) },
  ])('refuses to keep %j, which would revoke nothing', async (target) => {
    const store = memoryRevocations();
    const feed = await openReady({ store });
    await expect(feed.revoke([target as never])).rejects.toThrow(TypeError);
    expect((await store.read()).revocations).toEqual([]);
  });

  it.each<[string, number | undefined, boolean]>([
    ['issued before', iat - 1, true],
    ['issued within the clock tolerance after', iat + 5, true],
    ['that does not say when it was issued', undefined, true],
    ['issued later', iat + 6, false],
  ])("refuses a subject's token %s the revocation: iat %s: %s", async (_, issuedAt, refused) => {
    const feed = await openReady();
    await feed.revoke([{ by: 'subject', issuer, value: 'alice', at: START }]);
    const check = () => {
      feed.check(tokenProof({ issuer, iat: issuedAt }));
    };
    if (refused) expect(check).toThrow(InvalidTokenError);
    else expect(check).not.toThrow();
  });

  it('refuses API keys by id, and by their subject when they were made before', async () => {
    const feed = await openReady();
    const before = keyProof({ issuer, keyId: 'k1', keyCreatedAt: iat });
    const other = keyProof({ issuer, keyId: 'k2', keyCreatedAt: iat });
    const later = keyProof({ issuer, keyId: 'k3', keyCreatedAt: iat + 60 });
    await feed.revoke([{ by: 'key', issuer, value: 'k1' }]);
    expect(() => {
      feed.check(before);
    }).toThrow(InvalidTokenError);
    expect(() => {
      feed.check(other);
    }).not.toThrow();
    await feed.revoke([{ by: 'subject', issuer, value: 'alice' }]);
    expect(() => {
      feed.check(other);
    }).toThrow(InvalidTokenError);
    expect(() => {
      feed.check(later);
    }).not.toThrow();
  });
});
