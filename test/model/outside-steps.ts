import fc from 'fast-check';
import { step } from './command';
import { setClock } from './world';

const HOURS = 3_600_000;

/** The same data under a new process, as far as one process can be: all that was only in memory is gone. */
export const restart = step('restart', fc.constant({}), async (_input, model, real) => {
  real.service = await real.service.restart();
  await setClock(model, real);
});

/** The service's clock goes wrong, or right again; the issuer's does not. */
export const stepClock = step('stepClock', fc.constantFrom(-2, 0, 0, 2), async (hours, model, real) => {
  model.skew = hours * HOURS;
  await setClock(model, real);
});

/** Ten seconds are past every tolerance, two hours past the life of every token. */
export const passTime = step('passTime', fc.constantFrom(10, 10, 7200), async (seconds, model, real) => {
  model.now += seconds * 1000;
  await setClock(model, real);
});
