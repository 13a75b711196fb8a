import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { builtService } from '../support/built-service';
import { type Answer, caller, type Caller } from '../support/caller';
import { cleanUp, later, temporaryFolder } from '../support/clean-up';
import { closeConnections, databaseUri, describeMongo, openConnection } from '../support/mongo';
import { AUDIENCE } from '../support/service';
import { startProcess } from '../support/service-process';

jest.setTimeout(120_000);

const PER_MINUTE = 120;

describeMongo('two processes over one MongoDB', () => {
  const uri = databaseUri();
  let issuer: HttpTestIssuer;
  let addresses: string[];

  beforeAll(async () => {
    issuer = await startTestIssuer({ audience: AUDIENCE });
    later(() => issuer.close());
    const main = builtService();
    const env = {
      MONGODB_URI: uri,
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: AUDIENCE,
      RATE_LIMIT_USER_PER_MINUTE: String(PER_MINUTE),
      LOG_LEVEL: 'info',
    };
    const folder = temporaryFolder();
    addresses = await Promise.all([1, 2].map(() => startProcess(main, folder, env).listening));
    for (const address of addresses) await untilReady(address);
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
    const answers: Answer[] = [];
    const callers = Array.from({ length: 4 }, async (_, n) => {
      for (let requests = 0; requests < 40; requests += 1) {
        answers.push(await at(n, 'busy').get('/api/user_modules/user/busy'));
      }
    });
    await Promise.all(callers);
    const passed = answers.filter(({ status }) => status === 200).length;
    const limited = answers.filter(({ status }) => status === 429).length;
    expect({ passed, limited }).toEqual({ passed: PER_MINUTE, limited: 160 - PER_MINUTE });
  });

  it('make one user of a hundred racing first requests, and no error', async () => {
    const racing = Array.from({ length: 100 }, (_, n) => at(n, 'newcomer').get('/api/users/me'));
    const statuses = (await Promise.all(racing)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const connection = await openConnection(uri);
    const users = await connection
      .collection('sallyport_users')
      .find({ identity: /newcomer/ })
      .toArray();
    expect(users.map(({ living }) => living.id)).toEqual([expect.any(String)]);

    // Whoever of them made the user, both know the same one: what one saves is the other's too.
    expect((await at(0, 'newcomer').save('here', {})).status).toBe(201);
    expect((await at(1, 'newcomer').save('there', {})).status).toBe(201);
    const owners = await connection.collection('modules').distinct('owner');
    expect(owners).toEqual([users[0]!['living'].id]);
  });

  it('list what was saved through the other, and know its versions', async () => {
    const created = await at(0, 'ada').save('shared', { n: 1 });
    expect(created.status).toBe(201);
    const list = await at(1, 'ada').get('/api/user_modules/user/ada');
    expect(list.json.items).toEqual([created.json]);
    const etag = created.headers.get('etag')!;
    expect((await at(1, 'ada').save('shared', { n: 2 }, { 'if-match': etag })).status).toBe(200);
    expect((await at(0, 'ada').save('shared', { n: 3 }, { 'if-match': etag })).status).toBe(412);
  });
});
