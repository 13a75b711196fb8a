import { excerpt } from '../../lib/excerpt';

const KEY = 'A1b2C3d4E5f6G7h8I_Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09Zz09abc36VzSH';

it.each([
  ['a key', `sp_${KEY}`],
  ['a key of another prefix', `acme_live_${KEY}`],
  ['a key of another prefix, cut short', `acme_live_${KEY.slice(0, 26)}`],
  ['a key without its prefix, cut short', KEY.slice(0, 26)],
])('holds nothing of the secret of %s', (_name, key) => {
  expect(excerpt(`before ${key} after`)).toMatch(/^before \S*\[redacted\] after$/);
  expect(excerpt(`before ${key} after`)).not.toContain('Zz09');
});

it('leaves words alone', () => {
  expect(excerpt('no such_thing_as an_identifier')).toBe('no such_thing_as an_identifier');
});
