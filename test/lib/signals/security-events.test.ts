import { memoryReplays, memoryRevocations, StoreUnavailableError } from 'sallyport';
import {
  CAEP,
  closeSignalApps,
  eventToken,
  logoutToken,
  RISC,
  seconds,
  signalApp,
  type SignalApp,
} from '../../support/signals';

let app: SignalApp;
beforeAll(async () => {
  app = await signalApp();
});
afterEach(() => {
  app.written.splice(0);
});
afterAll(closeSignalApps);

const alice = () => ({ format: 'iss_sub', iss: app.issuer.issuer, sub: 'alice' });
const opaque = { format: 'opaque', id: 'dMTlD|1600802906337.16|16008.16' };
const revoked = (event: object = {}) => ({ [`${CAEP}session-revoked`]: event });

describe('what an event revokes', () => {
  it.each<[string, () => Record<string, unknown>, () => object[]]>([
    [
      "CAEP's example of session-revoked for a simple subject: a session or a user of that id",
      () => ({ txn: '8675309', sub_id: opaque, events: revoked({ event_timestamp: 1615304991 }) }),
      () => [
        { by: 'sid', value: opaque.id },
        { by: 'subject', value: opaque.id, at: 1615304991_000 },
      ],
    ],
    [
      "CAEP's example for a complex subject: the session alone",
      () => ({
        sub_id: {
          format: 'complex',
          session: opaque,
          user: alice(),
          tenant: { format: 'opaque', id: '123456789' },
        },
        events: revoked({
          initiating_entity: 'policy',
          reason_admin: { en: 'Landspeed Policy Violation: C076E82F' },
          event_timestamp: 1615304991,
        }),
      }),
      () => [{ by: 'sid', value: opaque.id }],
    ],
    [
      "CAEP's example for a user, device and tenant: the user",
      () => ({
        sub_id: {
          format: 'complex',
          user: alice(),
          device: { format: 'iss_sub', iss: 'https://d', sub: 'e' },
        },
        events: revoked({ event_timestamp: 1615304991 }),
      }),
      () => [{ by: 'subject', value: 'alice', at: 1615304991_000 }],
    ],
    [
      "CAEP's example of credential-change",
      () => ({
        sub_id: alice(),
        events: {
          [`${CAEP}credential-change`]: {
            credential_type: 'fido2-roaming',
            change_type: 'create',
            friendly_name: "Jane's USB authenticator",
            event_timestamp: 1615304991,
          },
        },
      }),
      () => [{ by: 'subject', value: 'alice', at: 1615304991_000 }],
    ],
    [
      'the example of RFC 8417 (figure 4), account-disabled with the subject in the event',
      () => ({
        sub_id: undefined,
        iat: seconds() - 5,
        events: {
          [`${RISC}account-disabled`]: {
            subject: { subject_type: 'iss-sub', iss: app.issuer.issuer, sub: '7375626A656374' },
            reason: 'hijacking',
          },
        },
      }),
      () => [{ by: 'subject', value: '7375626A656374' }],
    ],
    [
      'account-purged',
      () => ({ sub_id: { format: 'opaque', id: 'bob' }, events: { [`${RISC}account-purged`]: {} } }),
      () => [{ by: 'subject', value: 'bob' }],
    ],
    [
      "RISC's own sessions-revoked",
      () => ({ sub_id: alice(), events: { [`${RISC}sessions-revoked`]: {} } }),
      () => [{ by: 'subject', value: 'alice' }],
    ],
    [
      'account-disabled for the user of a session',
      () => ({
        sub_id: { format: 'complex', session: opaque, user: alice() },
        events: { [`${RISC}account-disabled`]: {} },
      }),
      () => [{ by: 'subject', value: 'alice' }],
    ],
    [
      'a complex subject of a draft, which does not say so, in the event',
      () => ({ sub_id: undefined, events: revoked({ subject: { session: opaque, user: alice() } }) }),
      () => [{ by: 'sid', value: opaque.id }],
    ],
    [
      'two events of one subject',
      () => ({ events: { ...revoked({}), [`${RISC}account-disabled`]: {} } }),
      () => [
        { by: 'subject', value: 'alice' },
        { by: 'subject', value: 'alice' },
      ],
    ],
  ])('%s', async (_, claims, targets) => {
    const answer = await app.signal(eventToken(app.issuer, claims()));
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    const issuer = app.issuer.issuer;
    expect(app.written).toMatchObject(targets().map((target) => ({ issuer, ...target })));
    expect(app.written).toHaveLength(targets().length);
  });
});

describe('until when a subject is refused', () => {
  const at = async (claims: Record<string, unknown>) => {
    expect((await app.signal(eventToken(app.issuer, claims))).status).toBe(202);
    const [entry] = app.written.splice(0) as { at?: number }[];
    return entry?.at;
  };

  it('is when it happened, as the event says in seconds, or a draft in milliseconds', async () => {
    expect(await at({ events: revoked({ event_timestamp: 1615304991 }) })).toBe(1615304991_000);
    expect(await at({ events: revoked({ event_timestamp: 1615304991643 }) })).toBe(1615304991643);
  });

  it('is what the token says of all its events, then when it was issued', async () => {
    expect(await at({ events: revoked(), toe: 1615304991 })).toBe(1615304991_000);
    const iat = seconds() - 100;
    expect(await at({ events: revoked(), iat })).toBe(iat * 1000);
  });

  it.each([4102444800, 4102444800_000, 1e300])(
    'is no later than now, whatever the event says: %s',
    async (time) => {
      expect(await at({ events: revoked({ event_timestamp: time }) })).toBeLessThanOrEqual(Date.now());
    },
  );

  it('refuses what was issued before and lets in what is issued later', async () => {
    const happened = seconds() - 60;
    const of = (iat: number) => app.issuer.token({ sub: 'frank', iat });
    expect(await app.statusOf(of(happened))).toBe(200);
    const sub_id = { format: 'iss_sub', iss: app.issuer.issuer, sub: 'frank' };
    await app.signal(eventToken(app.issuer, { sub_id, events: revoked({ event_timestamp: happened }) }));
    expect([await app.statusOf(of(happened)), await app.statusOf(of(seconds()))]).toEqual([401, 200]);
  });
});

it('acknowledges an event of another type without effect, and tells the host', async () => {
  const type = `${CAEP}device-compliance-change`;
  const answer = await app.signal(
    eventToken(app.issuer, { events: { [type]: {} }, sub_id: { format: 'email' } }),
  );
  expect(answer.status).toBe(202);
  expect([app.written, app.claimed.size]).toEqual([[], app.claimed.size]);
  expect(app.events.at(-1)).toEqual({
    type: 'signal',
    issuer: app.issuer.issuer,
    name: type,
    outcome: 'unknown',
  });
});

it('acts once on copies that come at once, and answers each 202', async () => {
  const token = eventToken(app.issuer);
  const statuses = await Promise.all(
    Array.from({ length: 10 }, async () => (await app.signal(token)).status),
  );
  expect(new Set(statuses)).toEqual(new Set([202]));
  expect(app.written).toHaveLength(1);
});

it('takes a jti that a logout token had, since they are other messages', async () => {
  const { issuer } = app;
  const jti = 'shared';
  expect((await app.logout(logoutToken(issuer, { jti }))).status).toBe(200);
  expect((await app.signal(eventToken(issuer, { jti }))).status).toBe(202);
  expect(app.written).toHaveLength(2);
});

it("counts another spelling of the issuer as the issuer's own, and nothing else", async () => {
  const spelled = await signalApp({ issuer: app.issuer, more: { aliases: ['https://alias.example/'] } });
  const sub_id = { format: 'iss_sub', iss: 'https://alias.example/', sub: 'alice' };
  const token = eventToken(app.issuer, { iss: 'https://alias.example/', sub_id });
  expect((await spelled.signal(token)).status).toBe(202);
  expect(spelled.written).toMatchObject([{ by: 'subject', issuer: app.issuer.issuer, value: 'alice' }]);
});

it('reaches a second instance over the stores that both share', async () => {
  const shared = { issuer: app.issuer, store: memoryRevocations(), replays: memoryReplays() };
  const [here, there] = [await signalApp(shared), await signalApp(shared)];
  const token = app.issuer.token({ sub: 'alice' });
  expect(await there.statusOf(token)).toBe(200);
  const sent = eventToken(app.issuer);
  expect((await here.signal(sent)).status).toBe(202);
  expect((await there.signal(sent)).status).toBe(202);
  expect(here.written.length + there.written.length).toBe(1);
  const start = performance.now();
  while ((await there.statusOf(token)) !== 401) {
    if (performance.now() - start > 10_000) throw new Error('the other instance never heard of it');
  }
});

it('is answered 503 while revocations cannot be written, and acts when it comes again', async () => {
  const store = memoryRevocations();
  let down = true;
  const add: typeof store.add = (entries) =>
    down ? Promise.reject(new StoreUnavailableError()) : store.add(entries);
  const broken = await signalApp({ store: { ...store, add } });
  const token = eventToken(broken.issuer);
  const answer = await broken.signal(token);
  expect([answer.status, answer.headers.get('retry-after'), broken.claimed.size]).toEqual([503, '1', 0]);
  down = false;
  expect((await broken.signal(token)).status).toBe(202);
  expect(broken.claimed.size).toBe(1);
});
