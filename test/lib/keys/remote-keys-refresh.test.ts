import { remoteKeys, type KeySource, type SallyportEvent } from 'sallyport';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { cleanUp, later } from '../../support/clean-up';
import { oversleep, pass, stopTime, until } from '../../support/fake-time';

let issuer: HttpTestIssuer;
let keys: KeySource;
let kid: string;
let events: SallyportEvent[];

beforeEach(async () => {
  stopTime();
  issuer = await startTestIssuer({ algorithms: ['ES256'] });
  later(issuer.close);
  kid = issuer.signingKey().kid;
  events = [];
  keys = remoteKeys({
    jwksUri: issuer.jwksUri,
    random: () => 0,
    onEvent: (event) => events.push(event),
  });
  later(() => keys.close());
});

afterEach(async () => {
  await cleanUp();
  jest.useRealTimers();
});

const told = (type: SallyportEvent['type']): number => events.filter((event) => event.type === type).length;

describe('a set that is read', () => {
  it('is refreshed in the background after 80 % of its fresh time, before anybody has to wait', async () => {
    await keys.prewarm();
    expect(keys.state()).toMatchObject({ ageSeconds: 0, nextRefreshSeconds: 480 });
    await pass(479);
    expect(issuer.fetches).toBe(1);
    await pass(1);
    await until(() => told('keys_refreshed') === 2);
    expect(issuer.fetches).toBe(2);
    expect(keys.state()).toMatchObject({ ageSeconds: 0, stale: false, nextRefreshSeconds: 480 });
  });

  it('keeps the identity of a key that is served again, and loses that of one with other material', async () => {
    const key = await keys.find(kid);
    const [jwk] = (issuer.jwks() as { keys: object[] }).keys;
    issuer.serve({ keys: [{ x5t: 'new', ...jwk }] });
    oversleep(601);
    expect(await keys.find(kid)).toBe(key);
    issuer.rotate();
    const [, other] = (issuer.jwks() as { keys: object[] }).keys;
    issuer.serve({ keys: [{ ...(other ?? issuer.signingKey().publicKey.export({ format: 'jwk' })), kid }] });
    oversleep(601);
    expect(await keys.find(kid)).not.toBe(key);
    expect(keys.holds(key!)).toBe(false);
  });

  it('makes requests past fresh wait for the refresh, all for the same one', async () => {
    const key = await keys.find(kid);
    oversleep(600);
    expect(keys.holds(key!)).toBe(false);
    const found = await Promise.all(Array.from({ length: 20 }, () => keys.find(kid)));
    expect(new Set(found)).toEqual(new Set([key]));
    expect(keys.holds(key!)).toBe(true);
    expect(issuer.fetches).toBe(2);
  });

  it('is used without waiting once a refresh has failed, until the stale time is over', async () => {
    const key = await keys.find(kid);
    await issuer.fail();
    oversleep(600);
    expect(await keys.find(kid)).toBe(key);
    expect(keys.holds(key!)).toBe(true);
    expect(keys.state()).toMatchObject({ stale: true, ageSeconds: 600, keys: 1 });
    expect(events.at(-1)).toEqual({ type: 'keys_stale', source: issuer.jwksUri, ageSeconds: 600 });

    await issuer.hang();
    const asked = issuer.fetches;
    await pass(1);
    await until(() => issuer.fetches === asked + 1);
    expect(await keys.find(kid)).toBe(key);

    oversleep(3598);
    expect(keys.holds(key!)).toBe(false);
    oversleep(1);
    expect(keys.state().keys).toBe(0);
  });

  it('is not used past fresh on the word of a failure from before: the refresh under way is waited for', async () => {
    const key = await keys.find(kid);
    await issuer.fail();
    await pass(480);
    for (let failures = 1; keys.state().ageSeconds! < 571; failures += 1) {
      await until(() => told('keys_failed') === failures);
      await pass(keys.state().nextRefreshSeconds!);
    }
    await until(() => told('keys_failed') === 8);
    await issuer.hang();
    const asked = issuer.fetches;
    await pass(30);
    await until(() => issuer.fetches === asked + 1);
    expect(keys.holds(key!)).toBe(false);
    const found = keys.find(kid);
    await pass(5);
    expect(await found).toBe(key);
    expect(keys.holds(key!)).toBe(true);
  });

  it('is read again when the clock was set back, since it has no age then', async () => {
    await keys.prewarm();
    oversleep(-10);
    await keys.prewarm();
    expect(issuer.fetches).toBe(2);
  });
});

describe('failures', () => {
  it('back off twice as long each time, up to 30 s, whoever asks meanwhile', async () => {
    await issuer.fail();
    const waits: number[] = [];
    for (let failures = 1; failures <= 7; failures += 1) {
      await expect(keys.find(kid)).rejects.toMatchObject({ code: 'keys_unavailable' });
      await expect(keys.prewarm()).rejects.toMatchObject({ retryAfter: keys.state().nextRefreshSeconds });
      expect(issuer.fetches).toBe(failures);
      const wait = keys.state().nextRefreshSeconds!;
      waits.push(wait);
      await pass(wait - 0.001);
      expect(issuer.fetches).toBe(failures);
      await pass(0.001);
      await until(() => told('keys_failed') === failures + 1);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it('spread over half of their time by chance, and Retry-After rounds up', async () => {
    await issuer.fail();
    const jittered = remoteKeys({ jwksUri: issuer.jwksUri, random: () => 0.5 });
    later(() => jittered.close());
    await expect(jittered.prewarm()).rejects.toMatchObject({ retryAfter: 1 });
    expect(jittered.state().nextRefreshSeconds).toBe(0.75);
  });

  it('are forgotten with the first success, which nobody has to ask for', async () => {
    await issuer.fail();
    await expect(keys.prewarm()).rejects.toThrow();
    await issuer.recover();
    await pass(1);
    await until(() => told('keys_refreshed') === 1);
    expect(keys.state()).toMatchObject({ keys: 1, lastFailure: undefined, nextRefreshSeconds: 480 });
  });

  it('of the background refresh are retried, and a request in time notices nothing', async () => {
    await keys.prewarm();
    await issuer.fail();
    await pass(480);
    await until(() => told('keys_failed') === 1);
    expect(await keys.find(kid)).toBeDefined();
    expect(told('keys_stale')).toBe(0);
    await issuer.recover();
    await pass(1);
    await until(() => told('keys_refreshed') === 2);
    expect(issuer.fetches).toBe(3);
  });
});

describe('waiting', () => {
  it('of 500 first requests is for one fetch', async () => {
    const found = await Promise.all(Array.from({ length: 500 }, () => keys.find(kid)));
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toMatchObject({ kid });
    expect(issuer.fetches).toBe(1);
  });

  it('ends for the caller who hangs up, and for nobody else', async () => {
    await issuer.hang();
    const leaver = new AbortController();
    const left = keys.find(kid, leaver.signal);
    const stayed = expect(keys.find(kid)).rejects.toMatchObject({ code: 'keys_unavailable' });
    await until(() => issuer.fetches === 1);
    leaver.abort(new Error('hung up'));
    await expect(left).rejects.toThrow('hung up');
    await issuer.recover();
    await pass(5);
    await stayed;
    await pass(1);
    await until(() => told('keys_refreshed') === 1);
    expect(issuer.fetches).toBe(2);
  });

  it('goes on for the others when the caller who began it hangs up', async () => {
    const leaver = new AbortController();
    const left = keys.find(kid, leaver.signal);
    const stayed = keys.find(kid);
    leaver.abort(new Error('hung up'));
    await expect(left).rejects.toThrow('hung up');
    await expect(stayed).resolves.toMatchObject({ kid });
    expect(issuer.fetches).toBe(1);
  });

  it('does not even begin for a caller who has left already, when the keys are there', async () => {
    await keys.prewarm();
    await expect(keys.find(kid, AbortSignal.abort())).resolves.toMatchObject({ kid });
  });

  it('ends for everybody when the source is closed, and no timer is left', async () => {
    await issuer.hang();
    const waiting = keys.find(kid);
    await until(() => issuer.fetches === 1);
    keys.close();
    await expect(waiting).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(jest.getTimerCount()).toBe(0);
    await expect(keys.find(kid)).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(issuer.fetches).toBe(1);
  });
});

it('lets the process end although a refresh is planned', async () => {
  const planned = jest.spyOn(global, 'setTimeout');
  await keys.prewarm();
  const timer = planned.mock.results.at(-1)?.value as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(false);
  planned.mockRestore();
});

describe('a process that was frozen', () => {
  it('past the stale time reads the set again before it answers', async () => {
    const key = await keys.find(kid);
    oversleep(7200);
    expect(await keys.find(kid)).toBe(key);
    expect(issuer.fetches).toBe(2);
  });

  it('while it read the set takes that failure for none, and reads it again before it answers', async () => {
    const key = await keys.find(kid);
    await issuer.hang();
    await pass(480);
    await until(() => issuer.fetches === 2);
    oversleep(7200);
    await issuer.recover();
    const found = keys.find(kid);
    await pass(5);
    expect(await found).toBe(key);
    expect(issuer.fetches).toBe(3);
    expect(told('keys_failed')).toBe(0);
    expect(keys.state()).toMatchObject({ stale: false, lastFailure: undefined });
  });

  it('while it looked for an unknown kid reads the set again for those that it knows', async () => {
    await keys.prewarm();
    await issuer.hang();
    const made = keys.find('made-up');
    await until(() => issuer.fetches === 2);
    oversleep(7200);
    await issuer.recover();
    await pass(5);
    expect(await made).toBeUndefined();
    expect(await keys.find(kid)).toBeDefined();
  });

  it('and wakes while the issuer is down answers 503 after one attempt of its own', async () => {
    await keys.prewarm();
    await issuer.hang();
    await pass(480);
    await until(() => issuer.fetches === 2);
    oversleep(7200);
    const refused = expect(keys.find(kid)).rejects.toMatchObject({ code: 'keys_unavailable' });
    await pass(5);
    await until(() => issuer.fetches === 3);
    await pass(5);
    await refused;
    expect(told('keys_failed')).toBe(1);
  });
});
