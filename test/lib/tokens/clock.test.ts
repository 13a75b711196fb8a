import { jwtVerifier } from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

afterEach(() => {
  jest.restoreAllMocks();
});

it('reads the clock that is there when a token comes, such as that of fake timers installed later', async () => {
  const { issuer, audience, keys, token } = createTestIssuer();
  const verify = jwtVerifier({ issuer, audience, keys });
  const later = Date.now() + 3_600_000;
  jest.spyOn(Date, 'now').mockReturnValue(later);

  await expect(verify(token())).resolves.toMatchObject({ subject: 'user_1' });
});
