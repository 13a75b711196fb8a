import { memoryReplays, memoryRevocations, StoreUnavailableError } from 'sallyport';
import {
  closeSignalApps,
  CLIENT,
  LOGOUT,
  logoutToken,
  seconds,
  signalApp,
  type SignalApp,
} from '../../support/signals';

afterAll(closeSignalApps);

describe('a logout token that is in order', () => {
  let app: SignalApp;
  beforeAll(async () => {
    app = await signalApp();
  });
  afterEach(() => app.written.splice(0));

  it('ends the session that it names and no other, before it is answered', async () => {
    const [ended, other] = ['sess_ended', 'sess_other'].map((sid) => app.issuer.token({ sid }));
    expect(await app.statusOf(ended!)).toBe(200);
    const answer = await app.logout(logoutToken(app.issuer, { sid: 'sess_ended', sub: app.issuer.subject }));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(app.written).toMatchObject([{ by: 'sid', issuer: app.issuer.issuer, value: 'sess_ended' }]);
    expect([await app.statusOf(ended!), await app.statusOf(other!)]).toEqual([401, 200]);
    expect(app.events).toContainEqual({
      type: 'signal',
      issuer: app.issuer.issuer,
      name: LOGOUT,
      outcome: 'acted',
    });
  });

  it('ends all sessions of the subject where it names none, and nothing that is issued later', async () => {
    const iat = seconds() - 60;
    const of = (sub: string, at: number) => app.issuer.token({ sub, iat: at });
    const answer = await app.logout(logoutToken(app.issuer, { sid: undefined, sub: 'carol', iat }));
    expect(answer.status).toBe(200);
    expect(app.written).toMatchObject([{ by: 'subject', value: 'carol', at: iat * 1000 }]);
    expect(await app.statusOf(of('carol', iat))).toBe(401);
    expect(await app.statusOf(of('carol', seconds()))).toBe(200);
    expect(await app.statusOf(of('dave', iat))).toBe(200);
  });

  it.each<[string, (app: SignalApp) => string]>([
    ['no typ', ({ issuer }) => logoutToken(issuer, {}, { typ: undefined })],
    [
      'typ JWT, as issuers before the final standard say',
      ({ issuer }) => logoutToken(issuer, {}, { typ: 'JWT' }),
    ],
    [
      'typ in full and in capitals',
      ({ issuer }) => logoutToken(issuer, {}, { typ: 'application/LOGOUT+jwt' }),
    ],
    ['a list of audiences', ({ issuer }) => logoutToken(issuer, { aud: ['other', CLIENT] })],
    ['no exp, if it is fresh', ({ issuer }) => logoutToken(issuer, { exp: undefined })],
    ['an empty sid beside a sub', ({ issuer }) => logoutToken(issuer, { sid: '', sub: 'erin' })],
    ['a claim that nobody knows', ({ issuer }) => logoutToken(issuer, { trace_id: 'x' })],
    ['an event with members', ({ issuer }) => logoutToken(issuer, { events: { [LOGOUT]: { reason: 'x' } } })],
  ])('is taken with %s', async (_, token) => {
    expect((await app.logout(token(app))).status).toBe(200);
    expect(app.written).toHaveLength(1);
  });

  it('may come with other parameters of the form and with a charset', async () => {
    const body = `state=1&logout_token=${logoutToken(app.issuer)}`;
    const headers = { 'content-type': 'Application/X-WWW-Form-URLencoded; charset=UTF-8' };
    expect((await app.logout('', { body, headers })).status).toBe(200);
    expect(app.written).toHaveLength(1);
  });

  it('acts once however often it comes, and is answered as the first time', async () => {
    const token = logoutToken(app.issuer);
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async () => (await app.logout(token)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(app.written).toHaveLength(1);
    expect(app.events.at(-1)).toMatchObject({ type: 'signal', outcome: 'repeated' });
  });

  it('that was signed anew under the jti of one that has acted does not act again', async () => {
    await app.logout(logoutToken(app.issuer, { jti: 'once' }));
    expect((await app.logout(logoutToken(app.issuer, { jti: 'once', sid: 'another' }))).status).toBe(200);
    expect(app.written).toHaveLength(1);
  });
});

describe('payloads as others document them', () => {
  it.each<[string, Record<string, unknown>, object]>([
    [
      'the example of the standard (section 2.4)',
      {
        sub: '248289761001',
        aud: 's6BhdRkqt3',
        jti: 'bWJq',
        sid: '08a5019c-17e1-4977-8f42-65a12843ea02',
        events: { [LOGOUT]: {} },
      },
      { by: 'sid', value: '08a5019c-17e1-4977-8f42-65a12843ea02' },
    ],
    [
      'Keycloak, which puts a member that is no object beside the event',
      {
        jti: 'd4e7a2f0-0a1c-4a8e-9a4e-5a0f5f2c1b7d',
        aud: CLIENT,
        sub: '9a8b6c1e-2f0d-4f5e-8d7c-1b2a3c4d5e6f',
        typ: 'Logout',
        sid: '6e1f9c84-7b53-4d2a-9d0f-0c8b7a6e5d4c',
        events: { [LOGOUT]: {}, revoke_offline_access: true },
      },
      { by: 'sid', value: '6e1f9c84-7b53-4d2a-9d0f-0c8b7a6e5d4c' },
    ],
    [
      'Keycloak without "Backchannel logout session required"',
      { aud: CLIENT, sub: '9a8b6c1e', typ: 'Logout', sid: undefined, events: { [LOGOUT]: {} } },
      { by: 'subject', value: '9a8b6c1e' },
    ],
  ])('%s', async (_, claims, target) => {
    const app = await signalApp();
    expect((await app.logout(logoutToken(app.issuer, claims))).status).toBe(200);
    expect(app.written).toMatchObject([target]);
  });
});

describe('what keeps a logout token from acting lasts no longer than its cause', () => {
  it('is answered 503 while the keys cannot be had, and acts when it comes again', async () => {
    const app = await signalApp();
    await app.issuer.fail(503);
    const token = logoutToken(app.issuer);
    const answer = await app.logout(token);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'keys_unavailable' });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect([app.written.length, app.claimed.size]).toEqual([0, 0]);
    await app.issuer.recover();
    const start = performance.now();
    while ((await app.logout(token)).status !== 200) {
      if (performance.now() - start > 20_000) throw new Error('the keys were not read again');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(app.written).toHaveLength(1);
  });

  it('is answered 503 while revocations cannot be written, and acts when it comes again', async () => {
    const store = memoryRevocations();
    let down = true;
    const add: typeof store.add = (entries) =>
      down ? Promise.reject(new StoreUnavailableError()) : store.add(entries);
    const app = await signalApp({ store: { ...store, add } });
    const token = logoutToken(app.issuer);
    const answer = await app.logout(token);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ code: 'store_unavailable' });
    expect(app.claimed.size).toBe(0);
    down = false;
    expect((await app.logout(token)).status).toBe(200);
    expect(app.claimed.size).toBe(1);
  });

  it('is answered 503, with nothing revoked, while replays cannot be asked', async () => {
    const replays = { ...memoryReplays(), claim: () => Promise.reject(new Error('down')) };
    const app = await signalApp({ replays });
    const answer = await app.logout(logoutToken(app.issuer));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(app.written).toEqual([]);
  });
});

it('takes a token that a second instance is sent for one that has acted, and refuses the session there too', async () => {
  const shared = { store: memoryRevocations(), replays: memoryReplays() };
  const here = await signalApp(shared);
  const there = await signalApp({ ...shared, issuer: here.issuer });
  const session = here.issuer.token({ sid: 'sess_shared' });
  expect(await there.statusOf(session)).toBe(200);
  const token = logoutToken(here.issuer, { sid: 'sess_shared' });
  const statuses = await Promise.all(
    [here, there, here, there].map(async (app) => (await app.logout(token)).status),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(here.written.length + there.written.length).toBe(1);
  const start = performance.now();
  while ((await there.statusOf(session)) !== 401 || (await here.statusOf(session)) !== 401) {
    if (performance.now() - start > 10_000) throw new Error('the other instance never heard of it');
  }
});
