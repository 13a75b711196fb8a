import { MeasurementRound } from '../../../service/workers/measurement-round';

const one = [{ name: 'one' }];
const two = [{ name: 'two' }];

function round(...workers: string[]) {
  const serving = new Set(workers);
  const ask = jest.fn<undefined, [string]>();
  return { measurements: new MeasurementRound(ask, () => serving), ask };
}

afterEach(() => jest.useRealTimers());

it('asks every worker once, also for two who ask together', async () => {
  const { measurements, ask } = round('a', 'b');
  const asked = [measurements.ask(), measurements.ask()];
  measurements.answered('b', two);
  measurements.answered('a', one);
  for (const answer of asked) expect(await answer).toEqual([two, one]);
  expect(ask.mock.calls).toEqual([['a'], ['b']]);
  const again = measurements.ask();
  expect(ask).toHaveBeenCalledTimes(4);
  measurements.answered('a', one);
  measurements.answered('b', two);
  expect(await again).toEqual([one, two]);
});

it('leaves out a worker that dies meanwhile, and one that is silent for two seconds', async () => {
  jest.useFakeTimers();
  const dying = round('a', 'b');
  const answer = dying.measurements.ask();
  dying.measurements.answered('a', one);
  dying.measurements.gone('b');
  expect(await answer).toEqual([one]);
  const silent = round('a', 'b');
  const late = silent.measurements.ask();
  silent.measurements.answered('a', one);
  await jest.advanceTimersByTimeAsync(2000);
  expect(await late).toEqual([one]);
  silent.measurements.answered('b', two);
});

it('has nothing where no worker serves', async () => {
  expect(await round().measurements.ask()).toEqual([]);
});

it('counts no answer of a worker that was not asked, and none twice', async () => {
  const { measurements } = round('a', 'b');
  const answer = measurements.ask();
  measurements.answered('c', two);
  measurements.answered('a', one);
  measurements.answered('a', two);
  measurements.answered('b', two);
  expect(await answer).toEqual([one, two]);
});
