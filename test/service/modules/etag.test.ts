import { formatETag, ifMatch, isKnown } from '../../../service/modules/etag';

it('writes a strong entity tag that it reads back', () => {
  expect(formatETag('aZ-_09')).toBe('"aZ-_09"');
  expect(ifMatch.parse(formatETag('aZ-_09'))).toEqual(['aZ-_09']);
});

it.each([
  ['*', '*'],
  [' * ', '*'],
  ['"a"', ['a']],
  ['"a", "b","c" ,\t"d"', ['a', 'b', 'c', 'd']],
  ['"a,b"', ['a,b']],
  ['"*"', ['*']],
  ['""', ['']],
  [',, "a",, "b",', ['a', 'b']],
  ['W/"a"', []],
  ['W/"a", "b"', ['b']],
  ['"W/a"', ['W/a']],
  ['"\u00e9"', ['\u00e9']],
])('reads If-Match %j as %j', (header, expected) => {
  expect(ifMatch.parse(header)).toEqual(expected);
});

it.each([
  '',
  ' ',
  ',',
  'a',
  '"a',
  'a"',
  '"a" "b"',
  '"a"b',
  '*, "a"',
  '"a", *',
  '**',
  'w/"a"',
  'W/ "a"',
  'W/a',
  "'a'",
  '"a b"',
  '"a\u007f"',
  '"a\nb"',
  '"a";"b"',
  '\u00a0"a"',
])('refuses If-Match %j', (header) => {
  expect(ifMatch.safeParse(header).success).toBe(false);
});

it('spends no more than its length on a header made to be slow', () => {
  const header = `${' '.repeat(500_000)}"a"${','.repeat(500_000)}${' '.repeat(500_000)}x`;
  const started = process.cpuUsage();
  expect(ifMatch.safeParse(header).success).toBe(false);
  expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
});

describe('isKnown', () => {
  it.each<[string | undefined, boolean]>([
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    ['"a', false],
    ['', false],
    [undefined, false],
  ])('If-None-Match %p', (header, known) => {
    expect(isKnown(header, 'a')).toBe(known);
  });
});
