import type { SessionAuth } from 'sallyport/next';
import { TOKEN, expectProblem, get, post, proxying, signedIn } from './support/proxying';

const on = proxying();
const never = (): Promise<never> => new Promise(() => undefined);

describe('The signed-in user', () => {
  it("is who upstream hears of: their token, as the service's Authorization", async () => {
    await on.send();
    expect(on.upstream.received[0]!.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it.each<[string, unknown]>([
    ['nobody is', { userId: null, getToken: async () => null }],
    ['nobody is, though there is a token', { userId: null, getToken: async () => TOKEN }],
    ['the user has no id', { userId: '', getToken: async () => TOKEN }],
    ['there is no session', null],
    ['there is undefined', undefined],
  ])('is 401 and upstream is not called when %s', async (_what, session) => {
    const response = await on.send(post(), { auth: (async () => session) as SessionAuth });
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"');
    await expectProblem(response, 401, 'missing_credentials');
    expect(on.upstream.received).toEqual([]);
    expect(on.events).toMatchObject([{ type: 'refused', status: 401, failure: 'no_user' }]);
  });

  it.each([[null], [undefined], ['']])(
    'is 401 and upstream is not called when the token is %j',
    async (token) => {
      const auth = async (): Promise<{ userId: string; getToken: () => Promise<typeof token> }> => ({
        userId: 'user_1',
        getToken: async () => token,
      });
      await expectProblem(await on.send(get(), { auth }), 401, 'missing_credentials');
      expect(on.upstream.received).toEqual([]);
      expect(on.events).toMatchObject([{ failure: 'no_token' }]);
    },
  );

  it.each<[string, unknown]>([
    ['a line break', 'secret\r\nX-Admin: 1'],
    ['a line break at its end', 'secret\n'],
    ['a space', 'secret token'],
    ['a comma', 'secret,token'],
    ['letters beyond ASCII', 'secret\u00e4'],
    ['nothing but padding', '='],
    ['the wrong type', { secret: 1 }],
    ['a list', ['secret']],
  ])('whose token has %s is 401, and the token is in no answer and no event', async (_what, token) => {
    const response = await on.send(get(), { auth: signedIn(token) });
    expect(response.status).toBe(401);
    expect(JSON.stringify([...response.headers]) + (await response.text())).not.toContain('secret');
    expect(on.upstream.received).toEqual([]);
    expect(on.events).toMatchObject([{ type: 'refused', failure: 'malformed_token' }]);
    expect(JSON.stringify(on.events)).not.toContain('secret');
  });

  it.each<[string, SessionAuth]>([
    [
      'auth throws',
      () => {
        throw new Error('secret of the host');
      },
    ],
    ['auth rejects', () => Promise.reject(new Error('secret of the host'))],
    [
      'getToken rejects',
      async () => ({ userId: 'u', getToken: () => Promise.reject(new Error('secret of the host')) }),
    ],
    ['there is no getToken', (async () => ({ userId: 'u' })) as unknown as SessionAuth],
  ])('is 500, without the message, when %s', async (_what, auth) => {
    const response = await on.send(get(), { auth });
    const text = await response.clone().text();
    await expectProblem(response, 500, 'internal');
    expect(text + JSON.stringify(on.events)).not.toContain('secret');
    expect(on.upstream.received).toEqual([]);
    expect(on.events).toMatchObject([{ failure: 'auth_threw' }]);
  });

  it.each<[string, SessionAuth]>([
    ['auth', never],
    ['getToken', async () => ({ userId: 'u', getToken: never })],
  ])('is 500 when %s has not answered within timeoutMs', async (_what, auth) => {
    await expectProblem(await on.send(get(), { auth, timeoutMs: 30 }), 500, 'internal');
    expect(on.upstream.received).toEqual([]);
    expect(on.events).toMatchObject([{ failure: 'auth_timeout' }]);
  });

  it.each([
    'NEXT_REDIRECT;replace;/sign-in;307;',
    'NEXT_HTTP_ERROR_FALLBACK;404',
    'DYNAMIC_SERVER_USAGE',
    'HANGING_PROMISE_REJECTION',
  ])("leaves Next's own signal %s to Next", async (digest) => {
    const signal = Object.assign(new Error('steering'), { digest });
    await expect(on.send(get(), { auth: () => Promise.reject(signal) })).rejects.toBe(signal);
    const url = (): string => {
      throw signal;
    };
    await expect(on.send(get(), { url, origin: null })).rejects.toBe(signal);
  });

  it.each(['2338461238', 7, undefined])(
    'is 500 when auth throws with the digest %j, which is no signal',
    async (digest) => {
      const failure = Object.assign(new Error('failed'), { digest });
      await expectProblem(await on.send(get(), { auth: () => Promise.reject(failure) }), 500, 'internal');
    },
  );

  it('is asked for a token of the template, and for a plain one without', async () => {
    const asked: unknown[] = [];
    const auth: SessionAuth = async () => ({
      userId: 'u',
      getToken: async (options) => {
        asked.push(options);
        return TOKEN;
      },
    });
    await on.send(get(), { auth });
    await on.send(get(), { auth, template: 'analyzer' });
    expect(asked).toEqual([{}, { template: 'analyzer' }]);
  });

  it('is asked as a method, so that a session of a class keeps its own', async () => {
    class Held {
      userId = 'u';
      #token = TOKEN;
      async getToken(): Promise<string> {
        return this.#token;
      }
    }
    expect((await on.send(get(), { auth: async () => new Held() })).status).toBe(200);
  });
});
