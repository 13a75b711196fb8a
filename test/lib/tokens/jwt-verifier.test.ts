import { jwtVerifier, type SallyportEvent } from 'sallyport';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';

describe('jwtVerifier without keys of its own', () => {
  let issuer: HttpTestIssuer;
  beforeAll(async () => {
    issuer = await startTestIssuer();
  });
  afterAll(() => issuer.close());

  it('reads those that the issuer publishes', async () => {
    const verify = jwtVerifier({ issuer: issuer.issuer, audience: issuer.audience });
    expect(await verify(issuer.token())).toMatchObject({ issuer: issuer.issuer, subject: 'user_1' });
  });

  it('tells how that went', async () => {
    const events: SallyportEvent[] = [];
    const { issuer: name, audience } = issuer;
    const verify = jwtVerifier({ issuer: name, audience, onEvent: (event) => events.push(event) });
    await verify(issuer.token());
    expect(events).toMatchObject([{ type: 'keys_refreshed', keys: 1, unusable: [] }]);
  });

  it.each(['', undefined, 7])('is refused at mount with the issuer %p', (name) => {
    expect(() => jwtVerifier({ issuer: name as never, audience: 'a' })).toThrow(
      /jwtVerifier: "issuer" must be a non-empty string/,
    );
  });
});
