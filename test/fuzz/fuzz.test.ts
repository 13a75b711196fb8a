import { cleanUp } from '../support/clean-up';
import { randomSeed, runBatch } from './batch';
import { targets } from './targets';

afterAll(cleanUp);

it.each(targets)(
  '$name hold for a batch of odd inputs',
  async (target) => {
    const failure = await runBatch(target, await target.open(), { seed: randomSeed() });
    if (failure)
      throw new Error(
        `npm run fuzz -- --only ${target.name} --seed ${String(failure.seed)}\n${failure.report}`,
      );
  },
  60_000,
);
