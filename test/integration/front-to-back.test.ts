import { analyzerProxy, urlTo, type SessionAuth } from 'sallyport/next';
import { cleanUp } from '../support/clean-up';
import { startService, type ServiceUnderTest } from '../support/service';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startService();
});
afterAll(cleanUp);

/** The routes of a web application, for whoever `auth` says is signed in. */
function frontend(auth: SessionAuth) {
  const save = analyzerProxy({ url: urlTo(service.url, 'api', 'user_modules', 'save'), auth });
  const list = analyzerProxy({
    url: async (_request, { params }) =>
      urlTo(service.url, 'api', 'user_modules', 'user', (await params)['userId']),
    origin: service.url,
    auth,
  });
  return {
    save: (body: unknown) =>
      save(
        new Request('https://app.example/api/save', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'sec-fetch-site': 'same-origin',
            cookie: 'session=1',
          },
          body: JSON.stringify(body),
        }),
        { params: Promise.resolve({}) },
      ),
    list: (userId: string) =>
      list(new Request(`https://app.example/api/modules/${userId}`), { params: Promise.resolve({ userId }) }),
  };
}

const signedIn =
  (sub: string): SessionAuth =>
  async () => ({
    userId: sub,
    getToken: async () => service.issuer.token({ sub }),
  });

describe('front to back', () => {
  it('saves what a signed-in user sends, and lists it to them', async () => {
    const ada = frontend(signedIn('ada'));
    const saved = await ada.save({ moduleId: 'intro', data: { title: 'Engines' } });
    expect(saved.status).toBe(201);
    expect(saved.headers.get('etag')).toMatch(/^".+"$/);
    const listed = await ada.list('ada');
    expect(listed.status).toBe(200);
    expect(await listed.json()).toMatchObject({
      items: [{ userId: 'ada', moduleId: 'intro', data: { title: 'Engines' } }],
    });
  });

  it("hands the service's refusals on as they are", async () => {
    const bob = frontend(signedIn('bob'));
    const refused = await bob.list('ada');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'not_owner' });
    const invalid = await bob.save({ moduleId: 'a/b', data: {} });
    expect(invalid.status).toBe(400);
    expect(await invalid.json()).toMatchObject({ code: 'invalid_body', errors: [{ path: '/moduleId' }] });
  });

  it('refuses who is not signed in before the service is asked', async () => {
    const before = service.log().length;
    const nobody = frontend(async () => ({ userId: null }));
    expect((await nobody.save({ moduleId: 'm', data: {} })).status).toBe(401);
    expect(service.log()).toHaveLength(before);
  });
});

describe('renewal and expiry of a token', () => {
  const seconds = () => Math.floor(Date.now() / 1000);
  const stale = (sub: string) => service.issuer.token({ sub, iat: seconds() - 120, exp: seconds() - 60 });

  it('a token that expired is renewed once, and the user notices nothing', async () => {
    const asked: boolean[] = [];
    const grace = frontend(async () => ({
      userId: 'grace',
      getToken: async ({ skipCache = false } = {}) => {
        asked.push(skipCache);
        return skipCache ? service.issuer.token({ sub: 'grace' }) : stale('grace');
      },
    }));
    expect((await grace.save({ moduleId: 'm', data: { n: 1 } })).status).toBe(201);
    expect(asked).toEqual([false, true]);
  });

  it('a session that ended for good is a 401, and nothing is saved', async () => {
    const ended = frontend(async () => ({ userId: 'lin', getToken: async () => stale('lin') }));
    const answer = await ended.save({ moduleId: 'm', data: {} });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'invalid_token' });
    expect(
      await service.storage.users.find({ issuer: service.issuer.issuer, subject: 'lin' }),
    ).toBeUndefined();
  });

  it('a token is good until it expires, also while it is remembered, and not after', async () => {
    let ahead = 0;
    const { now } = Date;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
    const later = await startService();
    const authorization = `Bearer ${later.issuer.token({ sub: 'mary', exp: seconds() + 30 })}`;
    const mary = later.with({ authorization });
    for (const secondsLater of [0, 1, 33]) {
      ahead = secondsLater * 1000;
      expect((await mary.get('/api/users/me')).status).toBe(200);
    }
    // Past exp and the clock tolerance of 5 s.
    ahead = 60_000;
    const expired = await mary.get('/api/users/me');
    clock.mockRestore();
    expect(expired.status).toBe(401);
    expect(expired.json).toMatchObject({ code: 'invalid_token', detail: 'The token has expired.' });
  });

  it('tokens of a key that the issuer took up a moment ago are good at once', async () => {
    service.issuer.rotate();
    expect((await frontend(signedIn('ada')).list('ada')).status).toBe(200);
  });
});
