import { clerkClaims } from 'sallyport/clerk';

describe('clerkClaims', () => {
  const authorizedParties = ['https://app.example'];

  it('asks for no audience, and for an authorized party', () => {
    expect(clerkClaims({ authorizedParties })).toMatchObject({ audience: null, authorizedParties });
  });

  it('asks for no party where that is spelled', () => {
    const claims = clerkClaims({ authorizedParties: null });
    expect(claims).toEqual({ audience: null, refuse: expect.any(Function) });
  });

  it.each([
    ['active', false],
    [undefined, false],
    ['pending', true],
    ['later', true],
    [5, true],
  ])('refuses, where asked to, a session of status %s: %s', (sts, refused) => {
    const { refuse } = clerkClaims({ authorizedParties, refusePending: true });
    expect(refuse({ sub: 'user_1', sid: 'sess_1', sts }, { typ: 'JWT' }) !== undefined).toBe(refused);
  });

  it.each([
    [{}, /"authorizedParties"/],
    [{ authorizedParties: [] }, /"authorizedParties"/],
    [{ authorizedParties: [''] }, /"authorizedParties"/],
    [{ authorizedParties: 'https://app.example' }, /"authorizedParties"/],
    [{ authorizedParties, pending: false }, /unknown option "pending"/],
    [{ authorizedParties, template: 'analyzer' }, /"template"/],
    [{ authorizedParties, refuse: true }, /"refuse"/],
  ])('refuses %j at mount', (options, message) => {
    expect(() => clerkClaims(options as never)).toThrow(message);
  });
});
