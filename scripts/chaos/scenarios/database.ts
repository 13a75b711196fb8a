import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../database/server';
import { silentLink } from '../../database/silent-link';
import { startServer } from '../../database/start-server';
import { seen, type Scenario } from '../scenario';
import { meanwhile, type Tally } from '../tally';

/** The deadline of a store call is 2 s; a request makes a few of them one after the other. */
const PROMPT_MS = 7000;

function isHonest(answers: Tally): boolean {
  const honest = answers.onlyHas('201', '503 store_unavailable', '503 revocations_unavailable');
  return honest && answers.slowestMs < PROMPT_MS;
}

const PROMISE = '201 or 503 store_unavailable, promptly, never a 500; served again without a restart';

export const databaseKilled: Scenario = {
  name: 'database-killed',
  done: 'the database is killed while modules are saved, and comes back after 4 s',
  promised: PROMISE,
  async run(world) {
    const place = { port: await freePort(), folder: join(world.folder, 'database') };
    let database = await startServer(place);
    world.later(() => database.stop());
    await world.start({ env: { MONGODB_URI: `${database.uri}/chaos` } });
    const ada = world.as('ada');
    const kill = async (): Promise<void> => {
      await wait(1000);
      await database.stop();
      await wait(4000);
      database = await startServer(place);
    };
    const answers = await meanwhile(() => ada.save(), kill());
    return seen(isHonest(answers) && answers.count('503 store_unavailable') > 0, answers.toString());
  },
};

export const databaseSilent: Scenario = {
  name: 'database-silent',
  done: 'nothing comes through to the database or back for 6 s, and no connection is closed',
  promised: PROMISE,
  async run(world) {
    const database = await startServer();
    world.later(() => database.stop());
    const link = await silentLink(`${database.uri}/chaos`);
    world.later(() => {
      link.close();
    });
    await world.start({ env: { MONGODB_URI: link.uri } });
    const ada = world.as('ada');
    const silence = async (): Promise<void> => {
      await wait(1000);
      link.fallSilent();
      await wait(6000);
      link.speak();
    };
    const answers = await meanwhile(() => ada.save(), silence());
    return seen(isHonest(answers) && answers.count('503 store_unavailable') > 0, answers.toString());
  },
};
