import { cleanUp } from '../support/clean-up';
import { startService, type ServiceUnderTest } from '../support/service';
import { stores } from '../support/stores';

/** What databases have read as operators, code or structure. */
const PAYLOADS: readonly string[] = [
  '{"$gt":""}',
  '{"$ne":null}',
  '{"$exists":true}',
  '{"$regex":".*"}',
  '{"$in":["victim"]}',
  '{"$where":"1"}',
  '{"$or":[{},{"a":"a"}]}',
  '{"$not":{"$eq":"x"}}',
  '{"$expr":{"$eq":[1,1]}}',
  '{"$gte":" "}',
  '{"$lt":"~"}',
  '{"$nin":[]}',
  '{"$type":2}',
  '{"$size":0}',
  '{"$all":[]}',
  '{"$elemMatch":{"$ne":0}}',
  '{"$mod":[1,0]}',
  '{"$jsonSchema":{}}',
  '{"$text":{"$search":"victim"}}',
  '{"$comment":"x","$ne":1}',
  '{"$function":{"body":"return true","args":[],"lang":"js"}}',
  '{"$set":{"owner":"mallory"}}',
  '{"_id":{"$ne":null}}',
  '{"a":{"$ref":"modules","$id":"victim"}}',
  '{"_bsontype":"ObjectId","id":"aaaaaaaaaaaa"}',
  '{"__proto__":{"owner":"victim"}}',
  '[{"$gt":""}]',
  '$where',
  '$ne',
  '$$ROOT',
  '$owner',
  '$[]',
  '.*',
  '/.*/',
  "' || '1'=='1",
  "'; return true; var x='",
  "' UNION SELECT * FROM modules --",
  '${victim}',
  '../victim',
  'victim\u0000',
  'owner.$[]',
  '%',
  '*',
  '__proto__',
  'constructor',
  '\ufffd',
];

const SECRET = 'the victim keeps this to themselves';

interface Attempt {
  readonly where: string;
  readonly send: (service: ServiceUnderTest, payload: string) => Promise<{ status: number; text: string }>;
}

const mallory = (service: ServiceUnderTest) => service.as('mallory');
const claiming = (service: ServiceUnderTest, claims: Record<string, unknown>) =>
  service.with({ authorization: `Bearer ${service.issuer.token(claims)}` });
const parsed = (payload: string): unknown => {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
};

const ATTEMPTS: readonly Attempt[] = [
  {
    where: 'the userId of a path',
    send: (service, payload) => mallory(service).get(`/api/user_modules/user/${encodeURIComponent(payload)}`),
  },
  {
    where: 'the moduleId of a path',
    send: (service, payload) =>
      mallory(service).get(`/api/user_modules/user/mallory/${encodeURIComponent(payload)}`),
  },
  {
    where: 'the moduleId of a path to delete',
    send: (service, payload) =>
      mallory(service).delete(`/api/user_modules/user/mallory/${encodeURIComponent(payload)}`),
  },
  {
    where: 'a query parameter',
    send: (service, payload) =>
      mallory(service).get(`/api/user_modules/user/mallory?cursor=${encodeURIComponent(payload)}`),
  },
  {
    where: 'the name of a query parameter',
    send: (service, payload) =>
      mallory(service).get(
        `/api/user_modules/user/mallory?owner[${encodeURIComponent(payload)}]=x&userId[$ne]=mallory`,
      ),
  },
  {
    where: 'the moduleId of a body',
    send: (service, payload) =>
      mallory(service).post('/api/user_modules/save', { moduleId: parsed(payload), data: {} }),
  },
  {
    where: 'the data of a body',
    send: (service, payload) => mallory(service).save('own', { payload: parsed(payload) }),
  },
  {
    where: 'a further member of a body',
    send: (service, payload) =>
      mallory(service).post('/api/user_modules/save', { moduleId: 'm', data: {}, owner: parsed(payload) }),
  },
  {
    where: 'If-Match',
    send: (service, payload) =>
      mallory(service).save(
        'victims',
        { stolen: true },
        { 'if-match': `"${payload.replace(/[^!#-~]/g, '')}"` },
      ),
  },
  {
    where: 'the id of a key',
    send: (service, payload) => mallory(service).delete(`/api/keys/${encodeURIComponent(payload)}`),
  },
  {
    where: 'the name of a key',
    send: (service, payload) => mallory(service).post('/api/keys', { name: parsed(payload), scopes: [] }),
  },
  {
    where: 'a key itself',
    send: (service, payload) =>
      service.with({ 'x-api-key': `sp_${payload.replace(/[^!-~]/g, '')}` }).get('/api/users/me'),
  },
  {
    where: 'the sub of a token',
    send: async (service, payload) => {
      const caller = claiming(service, { sub: parsed(payload) });
      await caller.get(`/api/user_modules/user/victim`);
      return caller.get(`/api/user_modules/user/${encodeURIComponent(payload)}`);
    },
  },
  {
    where: 'the sid and jti of a token',
    send: (service, payload) =>
      claiming(service, { sub: 'mallory', sid: payload, jti: payload }).post('/api/sessions/revoke', ''),
  },
  {
    where: 'a revocation',
    send: (service, payload) =>
      claiming(service, { sub: 'admin', scope: 'revocations:write' }).post('/api/admin/revocations', {
        subject: parsed(payload),
      }),
  },
];

describe.each(stores)('operators over the $name store', (store) => {
  let service: ServiceUnderTest;
  let before: string;

  beforeAll(async () => {
    service = await startService({}, store);
    await service.as('victim').save('victims', { secret: SECRET });
    before = (await service.as('victim').get('/api/user_modules/user/victim')).text;
    expect(before).toContain(SECRET);
  });
  afterAll(cleanUp);

  describe.each(ATTEMPTS)('in $where', ({ send }) => {
    it.each(PAYLOADS)("reach nobody else's data: %j", async (payload) => {
      const { status, text } = await send(service, payload);
      expect(text).not.toContain(SECRET);
      // A 5xx would say that a query had met something it could not take.
      expect(status).toBeLessThan(500);
    });
  });

  it('have left the victim signed in, and their modules as they were', async () => {
    const victim = service.as('victim');
    expect((await victim.get('/api/user_modules/user/victim')).text).toBe(before);
    expect((await victim.get('/api/users/me')).status).toBe(200);
  });
});
