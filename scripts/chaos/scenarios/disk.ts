import { setTimeout as wait } from 'node:timers/promises';
import { seen, type Scenario } from '../scenario';
import { Tally } from '../tally';

const FILE_LIMIT_KB = 4000;
const LARGE = 100_000;

export const diskFull: Scenario = {
  name: 'disk-full',
  done: 'modules are saved until the disk is full, then their user is erased',
  promised:
    '503 store_unavailable for what does not fit; it is still read; with room there it is saved again',
  async run(world) {
    await world.start({ fileLimitKb: FILE_LIMIT_KB });
    const [ada, bob] = [world.as('ada'), world.as('bob')];
    await bob.save(LARGE);
    const answers = new Tally();
    for (let n = 0; n < 100 && answers.count('503 store_unavailable') < 3; n += 1)
      answers.add(await ada.save(LARGE));
    // The breaker's second, in which nobody asks a store that has failed.
    await wait(1500);
    const kept = await world.missing();
    await wait(1500);
    const erased = await ada.delete('/api/users/me');
    if (erased.outcome === '204') world.ledger.forget('ada');
    return seen(
      answers.count('503 store_unavailable') >= 3 &&
        answers.onlyHas('201', '503 store_unavailable') &&
        kept === 0,
      `${answers.toString()}; ${String(kept)} missing; erased: ${erased.outcome}`,
    );
  },
};
