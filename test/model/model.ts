import fc from 'fast-check';
import { databaseUri, dropDatabase } from '../support/database-uri';
import { later } from '../support/clean-up';
import { startService } from '../support/service';
import type { ServiceStore } from '../support/stores';
import type { FuzzTarget } from '../fuzz/target';
import { property } from '../fuzz/target';
import { realTime, releaseClock } from './clock';
import type { Step } from './command';
import { moduleSteps } from './module-steps';
import { passTime, restart, stepClock } from './outside-steps';
import { userSteps } from './user-steps';
import { Model, MODULES_PER_USER, setClock, signIn, type Real } from './world';

const embedded: ServiceStore = { name: 'embedded', env: (folder) => ({ DATA_DIR: folder }) };
const mongodb: ServiceStore = {
  name: 'MongoDB',
  env: () => {
    const uri = databaseUri();
    later(() => dropDatabase(uri));
    return { MONGODB_URI: uri };
  },
};

let runs = 0;

/** A model of three new users, each signed in. */
async function newModel(real: Real, notBefore: number): Promise<Model> {
  runs += 1;
  const subjects = ['a', 'b', 'c'].map((name) => `${name}${String(runs)}`);
  const model = new Model(Math.max(realTime(), notBefore), subjects, `admin${String(runs)}`);
  await setClock(model, real);
  for (const subject of subjects) model.tokens.push(signIn(model, real, subject, `sid-${subject}-0`));
  return model;
}

interface ModelTarget extends Pick<FuzzTarget, 'name' | 'runs' | 'needsMongo'> {
  readonly store: ServiceStore;
  readonly outside: readonly fc.Arbitrary<Step>[];
}

function modelTarget({ store, outside, ...target }: ModelTarget): FuzzTarget {
  return {
    ...target,
    maxMs: 60_000,
    async open(replayPath) {
      const steps = [...moduleSteps, ...moduleSteps, ...userSteps, ...outside];
      const sequences = fc.commands([...steps], {
        maxCommands: 60,
        size: 'max',
        ...(replayPath !== undefined && { replayPath }),
      });
      const env = { MODULES_PER_USER: String(MODULES_PER_USER) };
      const real: Real = { service: await startService(env, store) };
      let lastMoment = 0;
      return property(sequences, async (sequence) => {
        const model = await newModel(real, lastMoment);
        try {
          await fc.asyncModelRun(() => ({ model, real }), sequence);
        } finally {
          lastMoment = model.now;
          releaseClock();
        }
      });
    },
  };
}

export const modelEmbedded = modelTarget({
  name: 'model-embedded',
  runs: 6,
  store: embedded,
  outside: [restart, stepClock, passTime],
});

/** Without `passTime`: the database dates revocations by its own clock, which nobody moves here. */
export const modelMongodb = modelTarget({
  name: 'model-mongodb',
  runs: 3,
  needsMongo: true,
  store: mongodb,
  outside: [restart, stepClock],
});
