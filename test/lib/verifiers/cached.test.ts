import { setImmediate } from 'node:timers/promises';
import {
  apiKeys,
  apiKeyVerifier,
  cached,
  firstOf,
  InvalidTokenError,
  jwtVerifier,
  KeysUnavailableError,
  memoryApiKeys,
  revocable,
  vouch,
  type Auth,
  type JwtVerifierOptions,
  type Verifier,
} from 'sallyport';
import { createTestIssuer } from 'sallyport/testing';

const START = Date.parse('2026-01-01T00:00:00Z');

/** A real verifier that counts how often it is asked, on a clock that the test sets. */
function counting(rules: Pick<JwtVerifierOptions, 'maxTokenAge' | 'clockTolerance'> = {}) {
  const clock = { now: START };
  const now = (): number => clock.now;
  const issuer = createTestIssuer({ now, lifetimeSeconds: 600 });
  const { audience, keys } = issuer;
  const verify = jwtVerifier({ issuer: issuer.issuer, audience, keys, now, ...rules });
  const verifier = jest.fn(verify);
  return { clock, issuer, now, verifier };
}

const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: unknown) => (error instanceof InvalidTokenError ? error.reason : error),
  );

describe('cached', () => {
  it('verifies a token once and repeats the answer', async () => {
    const { issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const token = issuer.token();
    const first = await verify(token);
    expect(await verify(token)).toBe(first);
    expect(verifier).toHaveBeenCalledTimes(1);
  });

  it('verifies a token that arrives 200 times at once only once', async () => {
    const { issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const token = issuer.token();
    await Promise.all(Array.from({ length: 200 }, () => verify(token)));
    expect(verifier).toHaveBeenCalledTimes(1);
  });

  it('asks again when an answer is older than its seconds', async () => {
    const { clock, issuer, now, verifier } = counting();
    const verify = cached(verifier, { now, seconds: 60 });
    const token = issuer.token();
    await verify(token);
    clock.now += 60_000;
    await verify(token);
    expect(verifier).toHaveBeenCalledTimes(2);
  });

  it('never repeats an answer beyond exp', async () => {
    const { clock, issuer, now, verifier } = counting();
    const verify = cached(verifier, { now, seconds: 3600 });
    const token = issuer.token({ exp: START / 1000 + 10 });
    await verify(token);
    clock.now += 16_000;
    expect(await reasonOf(verify(token))).toBe('expired');
  });

  describe('with a maxTokenAge of 30 s and a tolerance of 5 s', () => {
    const rules = { maxTokenAge: 30, clockTolerance: 5 };

    it.each([0, 0.5, 20, 34.9])(
      'repeats nothing that would be refused, for a token %d s old',
      async (age) => {
        const { clock, issuer, now, verifier } = counting(rules);
        const verify = cached(verifier, { now, seconds: 3600 });
        const token = issuer.token();
        clock.now += age * 1000;
        await verify(token);
        for (let second = 0; second < 80; second += 0.5) {
          clock.now = START + (age + second) * 1000;
          const fresh = await reasonOf(verifier(token));
          const repeated = await reasonOf(verify(token));
          expect({ second, verdict: repeated }).toEqual({ second, verdict: fresh });
        }
        expect(await reasonOf(verify(token))).toBe('too_old');
      },
    );

    it('repeats an answer as long as it holds', async () => {
      const { clock, issuer, now, verifier } = counting(rules);
      const verify = cached(verifier, { now, seconds: 3600 });
      const token = issuer.token();
      await verify(token);
      clock.now += 34_000;
      await verify(token);
      expect(verifier).toHaveBeenCalledTimes(1);
    });

    it('refuses through the whole chain what has grown too old since it was let in', async () => {
      const { clock, issuer, now, verifier } = counting(rules);
      const revocations = { check: () => undefined };
      const verify = revocable(cached(firstOf(verifier), { now, seconds: 3600 }), revocations);
      const token = issuer.token();
      expect(await reasonOf(verify(token))).toBe('accepted');
      clock.now += 80_000;
      expect(await reasonOf(verify(token))).toBe('too_old');
    });
  });

  it('repeats the answer of an API key until the moment it expires, and no longer', async () => {
    let time = START;
    const now = () => time;
    const store = memoryApiKeys();
    const user = {
      issuer: 'https://issuer.test',
      subject: 'ada',
      id: '1',
      createdAt: '2026-01-01T00:00:00Z',
    };
    const keys = apiKeys({ store, scopes: ['notes:read'], now });
    const outcome = await keys.issue(user, { name: 'backup', expiresAt: START + 10_500 }, []);
    const key = 'key' in outcome ? outcome.key : '';
    const verify = cached(apiKeyVerifier({ keys: store, now }), { now, seconds: 3600 });
    for (const at of [0, 9_900, 10_499]) {
      time = START + at;
      expect(await reasonOf(verify(key))).toBe('accepted');
    }
    time = START + 10_500;
    expect(await reasonOf(verify(key))).toBe('api_key');
  });

  it("repeats the answer of a host's own verifier until the expiresAt that it says", async () => {
    let time = START;
    const auth: Auth = {
      kind: 'token',
      issuer: 'i',
      subject: 's',
      scopes: [],
      roles: [],
      expiresAt: START / 1000 + 10,
      payload: {},
      header: {},
    };
    const verifier = jest.fn<ReturnType<Verifier>, [string]>(() => Promise.resolve(auth));
    const verify = cached(verifier, { now: () => time, seconds: 3600 });
    await verify('token');
    time = START + 9_999;
    await verify('token');
    expect(verifier).toHaveBeenCalledTimes(1);
    time = START + 10_000;
    await verify('token');
    expect(verifier).toHaveBeenCalledTimes(2);
  });

  it('forgets an answer whose key was withdrawn', async () => {
    const { issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const token = issuer.token();
    await verify(token);
    issuer.rotate();
    issuer.withdraw();
    expect(await reasonOf(verify(token))).toBe('unknown_key');
  });

  it('takes tokens that differ in one character for two', async () => {
    const { issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const token = issuer.token();
    await verify(token);
    const [header, payload, signature = ''] = token.split('.');
    const forged = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect(await reasonOf(verify(forged))).toBe('signature');
    await expect(verify(token)).resolves.toBeDefined();
  });

  it('hands out nothing that one request could change for the next', async () => {
    const { issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const token = issuer.token({ org: { roles: ['reader'] } });
    const { payload } = await verify(token);
    const { roles } = payload['org'] as { roles: string[] };
    expect(() => roles.push('admin')).toThrow(TypeError);
    expect(() => Object.assign(payload, { sub: 'admin' })).toThrow(TypeError);
    expect((await verify(token)).payload).toMatchObject({ sub: issuer.subject, org: { roles: ['reader'] } });
  });

  it('remembers a lasting refusal for a moment, and no longer', async () => {
    const { clock, issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const token = issuer.token({ exp: START / 1000 - 60 });
    expect(await reasonOf(verify(token))).toBe('expired');
    expect(await reasonOf(verify(token))).toBe('expired');
    expect(verifier).toHaveBeenCalledTimes(1);
    clock.now += 2000;
    expect(await reasonOf(verify(token))).toBe('expired');
    expect(verifier).toHaveBeenCalledTimes(2);
  });

  it('never remembers that a key was unknown: the issuer may be rotating', async () => {
    const { issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const published = issuer.jwks();
    issuer.rotate();
    const token = issuer.token();
    issuer.serve(published);
    expect(await reasonOf(verify(token))).toBe('unknown_key');
    issuer.serve(undefined);
    expect(await reasonOf(verify(token))).toBe('accepted');
  });

  it('never remembers an outage', async () => {
    const { issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const token = issuer.token();
    issuer.fail();
    expect(await reasonOf(verify(token))).toBeInstanceOf(KeysUnavailableError);
    issuer.recover();
    expect(await reasonOf(verify(token))).toBe('accepted');
  });

  it('lets one caller leave without disturbing the others', async () => {
    const { issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const token = issuer.token();
    issuer.hang();
    const leaving = new AbortController();
    const left = verify(token, leaving.signal);
    const staying = verify(token);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    issuer.recover();
    await expect(staying).resolves.toMatchObject({ subject: issuer.subject });
    expect(verifier).toHaveBeenCalledTimes(1);
  });

  it('outlives a failure that nobody waits for: its only caller had left before it asked', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const verify = cached(() => Promise.reject(new KeysUnavailableError(1)));
    await expect(verify('token', AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    await setImmediate();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it('asks again after a verifier that threw at once', async () => {
    const verifier = jest.fn<ReturnType<Verifier>, []>(() => {
      throw new KeysUnavailableError(1);
    });
    const verify = cached(verifier);
    await expect(verify('token')).rejects.toThrow(KeysUnavailableError);
    await expect(verify('token')).rejects.toThrow(KeysUnavailableError);
    expect(verifier).toHaveBeenCalledTimes(2);
  });

  it('repeats neither an answer nor a refusal from before its clock was set back', async () => {
    const { clock, issuer, now, verifier } = counting();
    const verify = cached(verifier, { now });
    const tokens = [issuer.token(), issuer.token({ exp: START / 1000 - 60 })];
    for (const token of tokens) await reasonOf(verify(token));
    clock.now -= 3600_000;
    for (const token of tokens) await reasonOf(verify(token));
    expect(verifier).toHaveBeenCalledTimes(4);
  });

  it('keeps no more entries than max, the longest unused going first', async () => {
    const auth = (subject: string): Auth =>
      vouch(
        {
          kind: 'token',
          issuer: 'i',
          subject,
          scopes: [],
          roles: [],
          expiresAt: undefined,
          payload: {},
          header: {},
        },
        { stillHolds: () => true },
      );
    const verifier = jest.fn<ReturnType<Verifier>, [string]>((credential) =>
      Promise.resolve(auth(credential)),
    );
    const verify = cached(verifier, { max: 2 });
    for (const credential of ['a', 'b', 'a', 'c', 'a', 'b']) await verify(credential);
    expect(verifier.mock.calls.map(([credential]) => credential)).toEqual(['a', 'b', 'c', 'b']);
  });

  it.each([{ max: 0 }, { max: 1.5 }, { seconds: 0 }, { seconds: Infinity }, { ttl: 5 }])(
    'refuses the options %j at mount',
    (options) => {
      expect(() => cached(() => Promise.reject(new Error()), options as object)).toThrow(TypeError);
    },
  );
});
