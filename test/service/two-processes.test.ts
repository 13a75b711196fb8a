import { randomUUID } from 'node:crypto';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { builtService } from '../support/built-service';
import { type Answer, caller, type Caller } from '../support/caller';
import { cleanUp, later, temporaryFolder } from '../support/clean-up';
import { CLERK_SECRET, sendEvent } from '../support/clerk-events';
import { passedOf } from '../support/counted-together';
import { closeConnections, databaseUri, describeMongo, openConnection } from '../support/mongo';
import { AUDIENCE } from '../support/service';
import { startProcess } from '../support/service-process';

// A test database on a busy machine may take longer than a store's deadline of 2 s for so many first requests.
jest.retryTimes(4, { logErrorsBeforeRetry: true, waitBeforeRetry: 1500 });

jest.setTimeout(120_000);

const PER_MINUTE = 120;

describeMongo('two processes over one MongoDB', () => {
  const uri = databaseUri();
  let issuer: HttpTestIssuer;
  let addresses: string[];
  let startAnother: () => Promise<string>;

  beforeAll(async () => {
    issuer = await startTestIssuer({ audience: AUDIENCE });
    later(() => issuer.close());
    const main = builtService();
    const env = {
      MONGODB_URI: uri,
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: AUDIENCE,
      RATE_LIMIT_USER_PER_MINUTE: String(PER_MINUTE),
      CLERK_WEBHOOK_SECRET: CLERK_SECRET,
      LOG_LEVEL: 'info',
    };
    const folder = temporaryFolder();
    startAnother = async () => {
      const address = await startProcess(main, folder, env).listening;
      await untilReady(address);
      return address;
    };
    addresses = await Promise.all([startAnother(), startAnother()]);
  });
  afterAll(async () => {
    await cleanUp();
    await closeConnections();
  });

  async function untilReady(address: string): Promise<void> {
    for (let tries = 0; (await fetch(`${address}/health/ready`)).status !== 200; tries += 1) {
      if (tries > 300) throw new Error(`${address} never became ready`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** The same caller, at one process and at the other. */
  function at(process: number, subject: string): Caller {
    const headers = () => ({ authorization: `Bearer ${issuer.token({ sub: subject })}` });
    return caller(addresses[process % 2]!, headers);
  }

  it('hold one limit: of many requests to both no more pass than it allows', async () => {
    const passed = await passedOf(async (subject) => {
      const statuses: number[] = [];
      const callers = Array.from({ length: 4 }, async (_, n) => {
        for (let requests = 0; requests < 40; requests += 1) {
          statuses.push((await at(n, subject).get(`/api/user_modules/user/${subject}`)).status);
        }
      });
      await Promise.all(callers);
      expect(statuses.filter((status) => status === 200 || status === 429)).toHaveLength(160);
      return statuses.filter((status) => status === 200).length;
    }, PER_MINUTE);
    expect(passed).toBe(PER_MINUTE);
  });

  it('make one user of a hundred racing first requests, and no error', async () => {
    // Each attempt has a user of its own: those of the attempt before have used up their rate limit, and saved.
    const newcomer = `newcomer-${randomUUID()}`;
    const racing = Array.from({ length: 100 }, (_, n) => at(n, newcomer).get('/api/users/me'));
    const statuses = (await Promise.all(racing)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const connection = await openConnection(uri);
    const users = await connection
      .collection('sallyport_users')
      .find({ identity: new RegExp(newcomer) })
      .toArray();
    expect(users.map(({ living }) => living.id)).toEqual([expect.any(String)]);

    // Whoever of them made the user, both know the same one: what one saves is the other's too.
    expect((await at(0, newcomer).save('here', {})).status).toBe(201);
    expect((await at(1, newcomer).save('there', {})).status).toBe(201);
    const owner = users[0]!['living'].id as string;
    expect(await connection.collection('modules').countDocuments({ owner })).toBe(2);
  });

  it('list what was saved through the other, and know its versions', async () => {
    const ada = randomUUID();
    const created = await at(0, ada).save('shared', { n: 1 });
    expect(created.status).toBe(201);
    const list = await at(1, ada).get(`/api/user_modules/user/${ada}`);
    expect(list.json.items).toEqual([created.json]);
    const etag = created.headers.get('etag')!;
    expect((await at(1, ada).save('shared', { n: 2 }, { 'if-match': etag })).status).toBe(200);
    expect((await at(0, ada).save('shared', { n: 3 }, { 'if-match': etag })).status).toBe(412);
  });

  it('refuse a session that was revoked through one: here at once, there soon, and in one that starts later', async () => {
    const session = { sub: randomUUID(), sid: `sess_${randomUUID()}` };
    const token = issuer.token(session);
    const statusAt = async (address: string, bearer = token) =>
      (await caller(address, () => ({ authorization: `Bearer ${bearer}` })).get('/api/users/me')).status;
    const [here, there] = addresses as [string, string];
    expect([await statusAt(here), await statusAt(there)]).toEqual([200, 200]);

    const own = caller(here, () => ({ authorization: `Bearer ${token}` }));
    expect((await own.post('/api/sessions/revoke', '')).status).toBe(204);
    expect(await statusAt(here)).toBe(401);
    await until(async () => (await statusAt(there)) === 401);
    const next = issuer.token({ ...session, jti: 'the next of its tokens' });
    expect([await statusAt(there, next), await statusAt(await startAnother(), next)]).toEqual([401, 401]);
  });

  it('bring the effect of an event about once, whose twenty copies reach both at once', async () => {
    const connection = await openConnection(uri);
    const changes = connection
      .collection('sallyport_revocations')
      .watch([], { fullDocument: 'updateLookup' });
    later(() => changes.close());
    const effects: string[] = [];
    changes.on('change', (change) => {
      if ('fullDocument' in change)
        effects.push(String((change.fullDocument as Record<string, unknown> | null)?.['named']));
    });
    changes.on('error', () => undefined);
    // What is changed before the stream is open it does not tell.
    let n = 0;
    await until(async () => {
      await ended(`sess_before_${String((n += 1))}`, 0);
      return effects.some((named) => named.includes('sess_before'));
    });

    const copies = Array.from({ length: 20 }, (_, copy) => ended('sess_of_20', copy));
    const statuses = (await Promise.all(copies)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([204]));
    await ended('sess_after', 0);
    await until(() => Promise.resolve(effects.some((named) => named.includes('sess_after'))));
    expect(effects.filter((named) => named.includes('sess_of_20'))).toHaveLength(1);
  });

  function ended(sid: string, process: number): Promise<Answer> {
    const from = {
      with: (headers: Record<string, string>) => caller(addresses[process % 2]!, () => headers),
    };
    return sendEvent(from, 'session.ended', { id: sid }, { id: `msg_${sid}` });
  }

  async function until(holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await holds()); tries += 1) {
      if (tries > 100) throw new Error('never came about');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
});
