import { fitLine } from '../../../service/ops/fit-line';

const line = (fields: object) =>
  `${JSON.stringify({ level: 'error', time: 'now', ...fields, msg: 'failed' })}\n`;

it('leaves a line that fits as it is', () => {
  const short = line({ err: { stack: 'é'.repeat(1000) } });
  expect(fitLine(short, 4096)).toBe(short);
});

it.each([
  ['a stack', { err: { stack: 'at x\n'.repeat(2000) } }],
  ['many causes', { err: { causes: Array.from({ length: 8 }, () => ({ stack: '漢'.repeat(900) })) } }],
  ['text of two units a character', { path: '😀'.repeat(3000) }],
  ['more members than can be cut', { many: Array.from({ length: 3000 }, (_, index) => index) }],
])('cuts a line that is too long for its %s, and keeps level, time and message', (_, fields) => {
  const fitted = fitLine(line(fields), 4096);
  expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(4096);
  expect(fitted.endsWith('}\n')).toBe(true);
  expect(fitted.startsWith('{"level":"error"')).toBe(true);
  expect(JSON.parse(fitted)).toMatchObject({ level: 'error', time: 'now', msg: 'failed' });
});
