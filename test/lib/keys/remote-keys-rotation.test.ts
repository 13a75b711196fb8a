import { cached, jwtVerifier, remoteKeys, type KeySource, type SallyportEvent } from 'sallyport';
import { createTestIssuer, startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { oversleep, pass, stopTime, until } from '../../support/fake-time';
import { keyDoor } from '../../support/key-door';

let issuer: HttpTestIssuer;
let keys: KeySource;
let events: SallyportEvent[];

beforeEach(async () => {
  stopTime();
  issuer = await startTestIssuer({ algorithms: ['ES256'] });
  later(issuer.close);
  events = [];
  keys = remoteKeys({ jwksUri: issuer.jwksUri, onEvent: (event) => events.push(event) });
  later(() => keys.close());
});

afterEach(async () => {
  await cleanUp();
  jest.useRealTimers();
});

describe('a rotation', () => {
  it('is accepted with the first token that the new key signed, and the old key stays good', async () => {
    const { knock } = keyDoor(issuer, keys);
    const old = issuer.token();
    expect(await knock(old)).toMatchObject({ answer: '200' });
    issuer.rotate();
    expect(await knock(issuer.token())).toMatchObject({ answer: '200' });
    expect(await knock(old)).toMatchObject({ answer: '200' });
    expect(issuer.fetches).toBe(2);
    expect(events).not.toContainEqual(expect.objectContaining({ type: 'unknown_kid' }));
  });

  it('is accepted by all who ask at once, for one fetch', async () => {
    await keys.prewarm();
    const kid = issuer.rotate();
    const found = await Promise.all(Array.from({ length: 20 }, () => keys.find(kid)));
    expect(found.every((key) => key?.kid === kid)).toBe(true);
    expect(issuer.fetches).toBe(2);
  });

  it('three times in a row is accepted each time at once', async () => {
    await keys.prewarm();
    for (let count = 0; count < 3; count += 1) expect(await keys.find(issuer.rotate())).toBeDefined();
  });

  it('that happens while a fetch is under way is not missed by who joins that fetch', async () => {
    const answers: ((response: Response) => void)[] = [];
    const slow = remoteKeys({
      jwksUri: issuer.jwksUri,
      fetch: () => new Promise((resolve) => answers.push(resolve)),
    });
    later(() => slow.close());
    const old = Response.json(issuer.jwks());
    const first = slow.find(issuer.signingKey().kid);
    const kid = issuer.rotate();
    const joined = slow.find(kid);
    await until(() => answers.length === 1);
    answers[0]!(old);
    await expect(first).resolves.toBeDefined();
    await until(() => answers.length === 2);
    answers[1]!(Response.json(issuer.jwks()));
    await expect(joined).resolves.toMatchObject({ kid });
  });
});

describe('a set that grows', () => {
  const jwkOf = (served: unknown): object => (served as { keys: object[] }).keys[0] ?? {};
  const other = (alg: 'ES256' | 'ES384', kid: string) => createTestIssuer({ algorithms: [alg], kid });

  it('by a key of another type under the same kid is read with the first token that needs it', async () => {
    const kid = issuer.signingKey().kid;
    const first = await keys.find(kid, undefined, 'ES256');
    const added = other('ES384', kid);
    issuer.serve({ keys: [jwkOf(issuer.jwks()), jwkOf(added.jwks())] });
    expect(keys.peek?.(kid, 'ES384')).toBeUndefined();
    expect(await keys.find(kid, undefined, 'ES384')).toMatchObject({ kid, jwk: { crv: 'P-384' } });
    expect(keys.peek?.(kid, 'ES384')).toMatchObject({ jwk: { crv: 'P-384' } });
    expect(keys.peek?.(kid, 'ES256')).toBe(first);
    expect(keys.holds(first!)).toBe(true);
    expect(issuer.fetches).toBe(2);
  });

  it('by none of the algorithm that is asked for costs no more looks than made-up kids, and is 401', async () => {
    const kid = issuer.signingKey().kid;
    await keys.prewarm();
    for (let count = 0; count < 20; count += 1) {
      expect(await keys.find(kid, undefined, 'ES512')).toMatchObject({ jwk: { crv: 'P-256' } });
    }
    expect(issuer.fetches).toBe(4);
    expect(events).not.toContainEqual(expect.objectContaining({ type: 'unknown_kid' }));
  });

  it('by a rival for one kid and algorithm keeps both from use, and no other kid', async () => {
    const kid = issuer.signingKey().kid;
    const calm = other('ES256', 'calm');
    const own = jwkOf(issuer.jwks());
    issuer.serve({ keys: [own, jwkOf(calm.jwks())] });
    const held = await keys.find(kid, undefined, 'ES256');
    const undisturbed = await keys.find('calm', undefined, 'ES256');
    issuer.serve({ keys: [own, jwkOf(other('ES256', kid).jwks()), jwkOf(calm.jwks())] });
    oversleep(601);
    expect(await keys.find(kid, undefined, 'ES256')).toBeUndefined();
    expect(keys.holds(held!)).toBe(false);
    expect(await keys.find('calm', undefined, 'ES256')).toBe(undisturbed);
    const why = 'shares its kid with another key that fits the same algorithm';
    const unusable = [1, 2].map(() => ({ kid, why }));
    expect(events).toContainEqual(expect.objectContaining({ type: 'keys_refreshed', keys: 1, unusable }));
  });

  it('by the entries of a key for further algorithms, in any order, keeps that key what it is', async () => {
    const kid = issuer.signingKey().kid;
    const own = jwkOf(issuer.jwks());
    const held = await keys.find(kid, undefined, 'ES256');
    issuer.serve({ keys: [{ ...own, alg: undefined, use: 'enc' }, own, { ...own }] });
    oversleep(601);
    expect(await keys.find(kid, undefined, 'ES256')).toBe(held);
    expect(keys.state()).toMatchObject({ keys: 1 });
  });
});

describe('a withdrawn key', () => {
  it('is refused as soon as the set is past fresh, even for a token that was cached', async () => {
    const { audience } = issuer;
    const verify = cached(jwtVerifier({ issuer: issuer.issuer, audience, keys, algorithms: ['ES256'] }), {
      seconds: 3600,
    });
    const token = issuer.token({ exp: Math.floor(Date.now() / 1000) + 3600 });
    await verify(token);
    issuer.rotate();
    issuer.withdraw();
    oversleep(599);
    await expect(verify(token)).resolves.toBeDefined();
    oversleep(1);
    await expect(verify(token)).rejects.toMatchObject({ code: 'invalid_token', reason: 'unknown_key' });
  });

  it('is refused at once when any refresh has shown that it is gone', async () => {
    const kid = issuer.signingKey().kid;
    const key = await keys.find(kid);
    const next = issuer.rotate();
    issuer.withdraw();
    expect(keys.holds(key!)).toBe(true);
    await keys.find(next);
    expect(keys.holds(key!)).toBe(false);
    expect(await keys.find(kid)).toBeUndefined();
  });
});

describe('made-up kids', () => {
  it('cause at most 4 fetches in 5 s, 1000 of them one after another, and the first read is one of those', async () => {
    const { knock } = keyDoor(issuer, keys);
    for (let count = 0; count < 1000; count += 1) {
      if (count < 5) {
        const answer = await knock(issuer.token({}, { kid: `made-up-${count}` }));
        expect(answer).toMatchObject({ answer: '401 invalid_token' });
      }
      expect(await keys.find(`made-up-${count}`)).toBeUndefined();
      if (count % 200 === 199) await pass(0.999);
    }
    expect(issuer.fetches).toBe(4);
  });

  it('cause at most 4 fetches in 5 s, 1000 of them at once', async () => {
    await keys.prewarm();
    const found = await Promise.all(
      Array.from({ length: 1000 }, (_, count) => keys.find(`made-up-${count}`)),
    );
    expect(found.every((key) => key === undefined)).toBe(true);
    expect(issuer.fetches).toBeLessThanOrEqual(4);
  });

  it('do not keep a rotation out for more than 6 s, and never keep known keys from working', async () => {
    const known = issuer.signingKey().kid;
    await keys.prewarm();
    let rotated = '';
    let acceptedAfter = -1;
    for (let tenths = 0; tenths <= 120 && acceptedAfter < 0; tenths += 1) {
      for (let count = 0; count < 20; count += 1) await keys.find(`made-up-${tenths}-${count}`);
      if (tenths === 10) rotated = issuer.rotate();
      if (rotated !== '' && (await keys.find(rotated))) acceptedAfter = (tenths - 10) / 10;
      expect(await keys.find(known)).toBeDefined();
      await pass(0.1);
    }
    expect(acceptedAfter).toBeGreaterThanOrEqual(0);
    expect(acceptedAfter).toBeLessThanOrEqual(6);
    expect(issuer.fetches).toBeLessThanOrEqual(5);
  });

  it('need no second look at a set that was read for them', async () => {
    expect(await keys.find('made-up')).toBeUndefined();
    expect(issuer.fetches).toBe(1);
  });

  it('are told apart: those that caused a look and those without budget', async () => {
    await keys.prewarm();
    for (let count = 0; count < 5; count += 1) await keys.find(`made-up-${count}`);
    const told = events.flatMap((event) => (event.type === 'unknown_kid' ? [event.refetched] : []));
    expect(told).toEqual([true, true, true, false, false]);
  });

  it('earn one look in 5 s again, and never more than three for a long silence', async () => {
    await keys.prewarm();
    const flood = async (): Promise<number> => {
      const before = issuer.fetches;
      for (let count = 0; count < 10; count += 1) await keys.find('made-up');
      return issuer.fetches - before;
    };
    expect(await flood()).toBe(3);
    await pass(4.9);
    expect(await flood()).toBe(0);
    await pass(0.1);
    expect(await flood()).toBe(1);
    await pass(300);
    expect(await flood()).toBe(3);
  });
});

describe('two issuers', () => {
  it('with one kid verify only their own tokens', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(() => startTestIssuer({ algorithms: ['ES256'], kid: 'same' })),
    );
    later(one!.close);
    later(two!.close);
    const door = keyDoor(one!, source(one!));
    expect(await door.knock(one!.token())).toMatchObject({ answer: '200' });
    expect(await door.knock(two!.token())).toMatchObject({ answer: '401 invalid_token' });
    expect(await door.knock(two!.token({ iss: one!.issuer }))).toMatchObject({ answer: '401 invalid_token' });
  });

  it('fail each for itself', async () => {
    const other = await startTestIssuer({ algorithms: ['ES256'] });
    later(other.close);
    await issuer.fail('refused');
    expect(await keyDoor(issuer, keys).knock(issuer.token())).toMatchObject({
      answer: '503 keys_unavailable',
    });
    expect(await keyDoor(other, source(other)).knock(other.token())).toMatchObject({ answer: '200' });
  });

  function source({ jwksUri }: HttpTestIssuer): KeySource {
    const own = remoteKeys({ jwksUri });
    later(() => own.close());
    return own;
  }
});
