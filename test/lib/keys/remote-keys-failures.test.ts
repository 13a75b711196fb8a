import { remoteKeys, type KeySource, type SallyportEvent } from 'sallyport';
import { createTestIssuer, startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { oversleep, pass, stopTime, until } from '../../support/fake-time';
import { keyDoor } from '../../support/key-door';
import { BAD_KEYS } from './bad-keys';

const [foreign, rival] = [1, 2].flatMap(
  () => (createTestIssuer({ algorithms: ['ES256'], kid: 'shared' }).jwks() as { keys: object[] }).keys,
);

interface Outage {
  readonly name: string;
  readonly failure: string;
  readonly begin: (issuer: HttpTestIssuer) => unknown;
  /** Nothing comes back, so the attempt ends with its deadline. */
  readonly silent?: true;
}

const OUTAGES: readonly Outage[] = [
  { name: 'a refused connection', failure: 'unreachable', begin: (issuer) => issuer.fail('refused') },
  { name: 'a connection that breaks', failure: 'unreachable', begin: (issuer) => issuer.fail('reset') },
  { name: 'no answer at all', failure: 'timeout', begin: (issuer) => issuer.hang(), silent: true },
  {
    name: 'a body that never ends',
    failure: 'timeout',
    begin: (issuer) => issuer.fail('slow-body'),
    silent: true,
  },
  { name: '404', failure: 'status', begin: (issuer) => issuer.fail(404) },
  { name: '500', failure: 'status', begin: (issuer) => issuer.fail(500) },
  { name: '204', failure: 'status', begin: (issuer) => issuer.fail(204) },
  { name: '301 to another host', failure: 'redirect', begin: (issuer) => issuer.fail('redirect') },
  { name: 'HTML', failure: 'not_json', begin: (issuer) => issuer.fail('html') },
  { name: 'a huge document', failure: 'too_large', begin: (issuer) => issuer.fail('huge') },
  { name: 'truncated JSON', failure: 'not_json', begin: (issuer) => issuer.fail('truncated') },
  { name: '{}', failure: 'not_a_key_set', begin: (issuer) => issuer.serve({}) },
  { name: 'null', failure: 'not_a_key_set', begin: (issuer) => issuer.serve(null) },
  { name: 'a list', failure: 'not_a_key_set', begin: (issuer) => issuer.serve([foreign]) },
  { name: 'keys that are no list', failure: 'not_a_key_set', begin: (issuer) => issuer.serve({ keys: 'x' }) },
  { name: 'an empty set', failure: 'no_usable_keys', begin: (issuer) => issuer.serve({ keys: [] }) },
  {
    name: 'nothing but two keys that share a kid',
    failure: 'no_usable_keys',
    begin: (issuer) => issuer.serve({ keys: [foreign, rival] }),
  },
  ...BAD_KEYS.map(({ name, jwk }) => ({
    name: `nothing but ${name}`,
    failure: 'no_usable_keys',
    begin: (issuer: HttpTestIssuer) => issuer.serve({ keys: [jwk] }),
  })),
];

let issuer: HttpTestIssuer;
let keys: KeySource;
let asked: string[];
let events: SallyportEvent[];

beforeEach(async () => {
  stopTime();
  issuer = await startTestIssuer({ algorithms: ['ES256'] });
  asked = [];
  events = [];
  keys = remoteKeys({
    jwksUri: issuer.jwksUri,
    fetch: (url, init) => {
      asked.push(url);
      return fetch(url, init);
    },
    onEvent: (event) => events.push(event),
  });
});

afterEach(async () => {
  keys.close();
  await issuer.close();
  jest.useRealTimers();
});

/** Lets the attempt that a request waits for run into its deadline. */
async function endSilence(outage: Outage, attempt: number): Promise<void> {
  if (!outage.silent) return;
  await until(() => issuer.fetches === attempt);
  await pass(5);
}

it('tells of no refresh before it was ever asked, and asks nobody once it is closed', async () => {
  expect(keys.state()).toMatchObject({ keys: 0, nextRefreshSeconds: undefined, lastFailure: undefined });
  keys.close();
  const { knock } = keyDoor(issuer, keys);
  expect(await knock(issuer.token())).toMatchObject({ answer: '503 keys_unavailable' });
  expect(asked).toEqual([]);
});

describe('an issuer that answers with', () => {
  it.each(OUTAGES)(
    '$name before its keys were ever read: 503 with Retry-After, one fetch',
    async (outage) => {
      const { knock } = keyDoor(issuer, keys);
      await outage.begin(issuer);
      const first = knock(issuer.token());
      await endSilence(outage, 1);
      expect(await first).toEqual({ answer: '503 keys_unavailable', retryAfter: 1 });
      expect(await knock(issuer.token())).toEqual({ answer: '503 keys_unavailable', retryAfter: 1 });
      expect(await knock(issuer.token({}, { kid: 'made-up' }))).toMatchObject({
        answer: '503 keys_unavailable',
      });
      expect(asked).toEqual([issuer.jwksUri]);
      expect(keys.state()).toMatchObject({ keys: 0, ageSeconds: undefined, lastFailure: outage.failure });
      await issuer.recover();
      issuer.serve(undefined);
      await pass(1);
      expect(await knock(issuer.token())).toMatchObject({ answer: '200' });
      expect(asked).toHaveLength(2);
      expect(keys.state()).toMatchObject({ keys: 1, lastFailure: undefined });
    },
  );

  it.each(OUTAGES)('$name while its keys are known: 200 for an hour past fresh, then 503', async (outage) => {
    const { knock } = keyDoor(issuer, keys);
    await keys.prewarm();
    await outage.begin(issuer);
    oversleep(601);
    const first = knock(issuer.token());
    await endSilence(outage, 2);
    expect(await first).toMatchObject({ answer: '200' });
    expect(await knock(issuer.token())).toMatchObject({ answer: '200' });
    expect(await knock(issuer.token({}, { kid: 'made-up' }))).toMatchObject({ answer: '401 invalid_token' });
    expect(asked).toHaveLength(2);
    expect(keys.state()).toMatchObject({ keys: 1, stale: true, lastFailure: outage.failure });
    expect(events).toContainEqual(expect.objectContaining({ type: 'keys_stale' }));

    oversleep(3600);
    const last = knock(issuer.token());
    await endSilence(outage, 3);
    expect(await last).toMatchObject({ answer: '503 keys_unavailable' });
    expect(asked).toHaveLength(3);
    expect(keys.state()).toMatchObject({ keys: 0 });
  });
});

describe('a failure', () => {
  it('of the look for an unknown kid is 401 beside usable keys, and costs one fetch', async () => {
    const { knock } = keyDoor(issuer, keys);
    await keys.prewarm();
    await issuer.fail(500);
    for (let count = 0; count < 5; count += 1) {
      const answer = await knock(issuer.token({}, { kid: `made-up-${count}` }));
      expect(answer).toMatchObject({ answer: '401 invalid_token' });
    }
    expect(await knock(issuer.token())).toMatchObject({ answer: '200' });
    expect(asked).toHaveLength(2);
    expect(keys.state()).toMatchObject({ stale: false, lastFailure: 'status', nextRefreshSeconds: 480 });
  });

  it('that outlasts the set is 503 for an unknown kid too, since nothing is left to compare it with', async () => {
    const brief = remoteKeys({ jwksUri: issuer.jwksUri, staleSeconds: 0 });
    await brief.prewarm();
    oversleep(599);
    await issuer.hang();
    const refused = expect(brief.find('made-up')).rejects.toMatchObject({ code: 'keys_unavailable' });
    await until(() => issuer.fetches === 2);
    await pass(5);
    await refused;
    brief.close();
  });

  it('is told with what was unusable and why', async () => {
    issuer.serve({ keys: [{ kid: 'bad', kty: 'oct', k: 'AA' }] });
    await expect(keys.prewarm()).rejects.toMatchObject({ code: 'keys_unavailable' });
    const unusable = [{ kid: 'bad', why: 'a symmetric key' }];
    const source = issuer.jwksUri;
    expect(events).toEqual([
      { type: 'keys_failed', source, failure: 'no_usable_keys', failures: 1, unusable, address: source },
    ]);
  });

  it('of part of a set leaves the good keys in use and reports the others', async () => {
    const own = (issuer.jwks() as { keys: object[] }).keys;
    issuer.serve({ keys: [...BAD_KEYS.map(({ jwk }) => jwk), ...own] });
    expect(await keyDoor(issuer, keys).knock(issuer.token())).toMatchObject({ answer: '200' });
    const reports = events.flatMap((event) => (event.type === 'keys_refreshed' ? [event] : []));
    expect(reports).toMatchObject([{ keys: 1 }]);
    expect(reports[0]?.unusable).toHaveLength(BAD_KEYS.length);
  });

  it('of the hook that is told harms nobody', async () => {
    const careless = remoteKeys({
      jwksUri: issuer.jwksUri,
      onEvent: () => {
        throw new Error('hook');
      },
    });
    await expect(careless.find(issuer.signingKey().kid)).resolves.toBeDefined();
    careless.close();
  });
});
