import { randomSeed, runBatch } from '../fuzz/batch';
import { cleanUp } from '../support/clean-up';
import { hasMongo } from '../support/database-uri';
import { modelEmbedded, modelMongodb } from './model';

afterAll(cleanUp);

it.each(hasMongo ? [modelEmbedded, modelMongodb] : [modelEmbedded])(
  '$name: the service answers as the model does',
  async (target) => {
    const failure = await runBatch(target, await target.open(), { seed: randomSeed() });
    if (failure)
      throw new Error(
        `npm run fuzz -- --only ${target.name} --seed ${String(failure.seed)}\n${failure.report}`,
      );
  },
  120_000,
);
