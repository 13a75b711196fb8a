import type { DatabaseServer } from '../../../scripts/database/server';
import { startServer } from '../../../scripts/database/start-server';
import { createProject } from '../support/project';
import { outcomeOf, row } from '../support/street';

const versions = ['8', '9'] as const;
const everyTest: unknown = expect.stringMatching(/^([1-9]\d*) of \1$/);

let server: DatabaseServer;
let outcomes: ReadonlyMap<string, PromiseSettledResult<unknown>>;

/** Both at once: the contracts wait for the database more than they compute. */
beforeAll(async () => {
  server = await startServer();
  const settled = await Promise.allSettled(versions.map(contracts));
  outcomes = new Map(versions.map((version, index) => [version, settled[index]!]));
});

afterAll(async () => {
  await server.stop();
});

it.each(versions)('passes every contract of the stores over mongoose %s', async (version) => {
  const outcome = await row(`mongoose ${version}`, async () => {
    const settled = outcomes.get(version);
    if (settled?.status !== 'fulfilled') throw settled?.reason;
    return Promise.resolve(settled.value);
  });

  expect(outcome).toEqual({
    mongoose: version,
    users: everyTest,
    revocations: everyTest,
    'API keys': everyTest,
    replays: everyTest,
    'rate limits': everyTest,
  });
});

async function contracts(version: string): Promise<unknown> {
  const project = await createProject(`mongoose-${version}`, 'street', ['express@5', `mongoose@${version}`]);
  const [address] = /^mongodb:\/\/[^/?]+/.exec(server.uri) ?? [server.uri];
  return await outcomeOf(project, [
    'mongo-contracts.cjs',
    `${address}/mongoose${version}?directConnection=true`,
  ]);
}
