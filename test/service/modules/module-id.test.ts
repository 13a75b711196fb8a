import { isModuleId } from '../../../service/modules/module-id';

it.each(['a', 'Z', '0', '-', '_', '~', '...', '.a', 'a.', '__proto__', 'a'.repeat(128)])(
  'admits %s',
  (id) => {
    expect(isModuleId(id)).toBe(true);
  },
);

it.each([
  '',
  '.',
  '..',
  'a/b',
  'a b',
  ' a',
  'a\n',
  '\u00e9',
  '%2e',
  'a+b',
  '$gt',
  'a\u0000',
  'a'.repeat(129),
])('refuses %j', (id) => {
  expect(isModuleId(id)).toBe(false);
});
