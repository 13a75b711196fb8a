import { clerkClaims } from 'sallyport/clerk';

describe('clerkClaims', () => {
  const authorizedParties = ['https://app.example'];

  it('asks for no audience, and for an authorized party', () => {
    expect(clerkClaims({ authorizedParties })).toEqual({ audience: null, authorizedParties });
  });

  it('asks for no party where that is spelled', () => {
    expect(clerkClaims({ authorizedParties: null })).toEqual({ audience: null });
  });

  it.each([
    ['active', false],
    [undefined, false],
    ['pending', true],
    ['later', true],
    [5, true],
  ])('refuses, where asked to, a session of status %s: %s', (sts, refused) => {
    const { refuse } = clerkClaims({ authorizedParties, refusePending: true });
    expect(refuse?.({ sts }) !== undefined).toBe(refused);
  });

  it.each([
    [{}, /"authorizedParties"/],
    [{ authorizedParties: [] }, /"authorizedParties"/],
    [{ authorizedParties: [''] }, /"authorizedParties"/],
    [{ authorizedParties: 'https://app.example' }, /"authorizedParties"/],
    [{ authorizedParties, pending: false }, /unknown option "pending"/],
  ])('refuses %j at mount', (options, message) => {
    expect(() => clerkClaims(options as never)).toThrow(message);
  });
});
