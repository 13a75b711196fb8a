import { duration, isoTime, readableTime } from '../../../../lib/cli/words/times';

const NOW = Date.UTC(2026, 10, 26, 18, 0, 0);

it.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [-59, '59 seconds'],
  [60, '1 minute'],
  [3599, '59 minutes'],
  [3600, '1 hour'],
  [86_399, '23 hours'],
  [86_400, '1 day'],
  [172_800, '2 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

it.each([
  [NOW / 1000 - 10_800, '2026-11-26 15:00:00 UTC, 3 hours ago'],
  [NOW / 1000 + 60, '2026-11-26 18:01:00 UTC, in 1 minute'],
  [NOW / 1000, '2026-11-26 18:00:00 UTC, in 0 seconds'],
])('%d is a time that people can read', (seconds, words) => {
  expect(readableTime(seconds, NOW)).toBe(words);
});

it.each([
  ['a text', '1790000000'],
  ['nothing', undefined],
  ['a number beyond all dates', 1e300],
])('%s is no time', (_name, value) => {
  expect(readableTime(value, NOW)).toBeUndefined();
});

it('ISO 8601 is said of dates alone', () => {
  expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(isoTime(-1e300)).toBeUndefined();
});
