import { setTimeout as wait } from 'node:timers/promises';
import { seen, type Scenario } from '../scenario';
import { meanwhile, Tally } from '../tally';

const TIMES = 3;

export const killDuringSaves: Scenario = {
  name: 'kill-during-saves',
  done: `kill -9 in the midst of saves, ${String(TIMES)} times, on the embedded store`,
  promised: 'every save that was acknowledged is there after each start',
  async run(world) {
    const lost: number[] = [];
    let acknowledged = 0;
    for (let n = 0; n < TIMES; n += 1) {
      const { signal, ended } = await world.start();
      const ada = world.as('ada');
      const answers = new Tally();
      const killed = wait(700).then(() => {
        signal('SIGKILL');
        return ended;
      });
      acknowledged += (await meanwhile(() => ada.save(2000), killed, { width: 12, pauseMs: 0 })).count('201');
      await world.start();
      lost.push(await world.missing());
      answers.add(await world.as('ada').save());
    }
    const none = lost.every((count) => count === 0);
    return seen(
      none && acknowledged > 0,
      `${String(acknowledged)} acknowledged, missing: ${lost.join(', ')}`,
    );
  },
};

export const termUnderLoad: Scenario = {
  name: 'term-under-load',
  done: 'SIGTERM while modules are saved without a pause',
  promised:
    'answers are 201 until the listener is closed, then 503 draining or no connection; exit code 0 in the grace time',
  async run(world) {
    const { signal, ended } = await world.start();
    const ada = world.as('ada');
    const start = performance.now();
    const told = wait(1000).then(() => {
      signal('SIGTERM');
      return ended;
    });
    const answers = await meanwhile(() => ada.save(500), told, { width: 12, pauseMs: 5 });
    const seconds = (performance.now() - start) / 1000 - 1;
    const how = await ended;
    await world.start();
    return seen(
      how === 'exit code 0' && seconds < 8 && answers.onlyHas('201', '503 draining', 'unreachable'),
      `${how} after ${seconds.toFixed(1)} s; ${answers.toString()}`,
    );
  },
};
