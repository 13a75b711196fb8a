import { setTimeout as wait } from 'node:timers/promises';
import { seen, type Scenario } from '../scenario';
import { meanwhile, Tally } from '../tally';

const ENOUGH_TO_FILL_A_PIPE = 4000;

export const stalledStdout: Scenario = {
  name: 'stalled-stdout',
  done: `nobody reads standard output for ${String(ENOUGH_TO_FILL_A_PIPE)} requests, and still nobody does at SIGTERM`,
  promised: 'requests and liveness are answered; it ends in time, with exit code 0',
  async run(world) {
    const { stallLog, signal, ended, readLog } = await world.start();
    stallLog();
    const ada = world.as('ada');
    const answers = new Tally();
    for (let n = 0; n < ENOUGH_TO_FILL_A_PIPE && answers.count('too late') === 0; n += 40) {
      const some = await Promise.all(Array.from({ length: 40 }, () => ada.get('/api/users/me')));
      for (const answer of some) answers.add(answer);
    }
    const live = await ada.get('/health/live');
    signal('SIGTERM');
    const how = await Promise.race([ended, wait(8000, 'no end')]);
    readLog();
    if (how === 'no end') signal('SIGKILL');
    await ended;
    await world.start();
    return seen(
      answers.onlyHas('200') && live.outcome === '200' && how === 'exit code 0',
      `${answers.toString()}; live ${live.outcome}; ${how}`,
    );
  },
};

export const loopStalls: Scenario = {
  name: 'event-loop-stalls',
  done: 'the event loop stands still for 1.5 s, three times within 6 s',
  promised: '201, or 503 overloaded while it catches up; never another answer',
  async run(world) {
    const { order } = await world.start();
    const ada = world.as('ada');
    const stall = async (): Promise<void> => {
      for (let n = 0; n < 3; n += 1) {
        await order({ blockMs: 1500 });
        await wait(2000);
      }
    };
    const answers = await meanwhile(() => ada.save(), stall());
    return seen(answers.onlyHas('201', '503 overloaded') && answers.count('201') > 0, answers.toString());
  },
};
