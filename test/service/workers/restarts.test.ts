import { restartPauses } from '../../../service/workers/restarts';

it('replaces a worker that lived long at once, and waits longer after each short life, up to 30 s', () => {
  const pauseAfter = restartPauses();
  expect([1, 1, 1, 1, 1, 1, 1, 1, 1].map(pauseAfter)).toEqual([
    0, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ]);
  expect([60_000, 60_000, 1].map(pauseAfter)).toEqual([0, 0, 500]);
});
