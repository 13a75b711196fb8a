import { setTimeout as delay } from 'node:timers/promises';
import { expectProblem } from '../../support/assertions';
import type { Answer } from '../../support/caller';
import { cleanUp } from '../../support/clean-up';
import { describeMongo } from '../../support/mongo';
import { ownDatabaseServer } from '../../support/own-database-server';
import { startService, type ServiceUnderTest } from '../../support/service';
import { linkTo } from '../../support/silent-link';

jest.setTimeout(120_000);
afterEach(cleanUp);

const over = (uri: string): Promise<ServiceUnderTest> =>
  startService({}, { name: 'MongoDB', env: () => ({ MONGODB_URI: uri }) });

const readiness = (service: ServiceUnderTest): Promise<Answer> => service.with({}).get('/health/ready');

async function untilReady(service: ServiceUnderTest): Promise<void> {
  for (let tries = 0; (await readiness(service)).status !== 200; tries += 1) {
    if (tries > 300) throw new Error('the service never became ready');
    await delay(100);
  }
}

interface Saved {
  readonly moduleId: string;
  readonly answer: Answer;
  readonly ms: number;
}

/** Saves one new module after another until told to stop, each by the same user. */
function savers(service: ServiceUnderTest, count: number) {
  const answers: Saved[] = [];
  let stopped = false;
  const save = async (saver: number): Promise<void> => {
    const user = service.as(`saver-${String(saver)}`);
    for (let n = 0; !stopped; n += 1) {
      const moduleId = `m${String(n)}`;
      const started = performance.now();
      const answer = await user.save(moduleId, { saver, n });
      answers.push({ moduleId: `${String(saver)}/${moduleId}`, answer, ms: performance.now() - started });
    }
  };
  const done = Promise.all(Array.from({ length: count }, (_, saver) => save(saver)));
  return {
    answers,
    /** Resolves once so many answers of this kind came since now. */
    async seen(status: number, more: number): Promise<void> {
      const of = () => answers.filter(({ answer }) => answer.status === status).length;
      for (const enough = of() + more; of() < enough;) await delay(20);
    },
    async stop(): Promise<void> {
      stopped = true;
      await done;
    },
  };
}

async function idsOf(service: ServiceUnderTest, saver: number): Promise<string[]> {
  const subject = `saver-${String(saver)}`;
  const ids: string[] = [];
  let cursor = '';
  do {
    const page = await service
      .as(subject)
      .get(`/api/user_modules/user/${subject}?limit=100${cursor && `&cursor=${cursor}`}`);
    for (const { moduleId } of page.json.items) ids.push(`${String(saver)}/${String(moduleId)}`);
    cursor = page.json.nextCursor ?? '';
  } while (cursor);
  return ids;
}

async function expectInTimeAndKept(service: ServiceUnderTest, answers: readonly Saved[]): Promise<void> {
  for (const { answer, ms } of answers.filter(({ answer: { status } }) => status !== 201)) {
    expectProblem(answer, 503, 'store_unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(ms).toBeLessThan(3000);
  }
  const acknowledged = answers.filter(({ answer }) => answer.status === 201);
  const kept = new Set((await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((n) => idsOf(service, n)))).flat());
  expect(acknowledged.filter(({ moduleId }) => !kept.has(moduleId))).toEqual([]);
}

describeMongo('a database that stops under load', () => {
  it('is a 503 in time for everyone, mends by itself, and has lost nothing that was acknowledged', async () => {
    const database = await ownDatabaseServer();
    await database.start();
    const service = await over(database.uri);
    await untilReady(service);
    const load = savers(service, 8);
    await load.seen(201, 40);

    await database.stop();
    await load.seen(503, 40);
    expectProblem(await readiness(service), 503, 'store_unavailable');

    await database.start();
    await untilReady(service);
    await load.seen(201, 40);
    await load.stop();

    await expectInTimeAndKept(service, load.answers);
  });

  it('is one that answers no more, too: no connection breaks, and nothing hangs', async () => {
    const database = await ownDatabaseServer();
    await database.start();
    const link = await linkTo(database.uri);
    const service = await over(link.uri);
    await untilReady(service);
    const load = savers(service, 8);
    await load.seen(201, 40);

    link.fallSilent();
    // Each saver has one save under way: these, and then new ones.
    await load.seen(503, 40);
    expectProblem(await readiness(service), 503, 'store_unavailable');

    link.speak();
    await untilReady(service);
    await load.seen(201, 40);
    await load.stop();
    await expectInTimeAndKept(service, load.answers);
  });

  it('may be away when the service starts', async () => {
    const database = await ownDatabaseServer();
    const service = await over(database.uri);
    expectProblem(await readiness(service), 503, 'store_unavailable');
    expectProblem(await service.as('early').save('m', {}), 503, 'revocations_unavailable');
    await database.start();
    await untilReady(service);
    expect((await service.as('early').save('m', {})).status).toBe(201);
  });
});
