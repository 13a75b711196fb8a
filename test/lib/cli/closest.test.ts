import { closest } from '../../../lib/cli/closest';

const KNOWN = ['issuer', 'audience', 'authorized-party', 'json'];

it.each([
  ['a character too many', 'isssuer', 'issuer'],
  ['a character too few', 'audince', 'audience'],
  ['another character', 'jsom', 'json'],
  ['two that changed places', 'isseur', 'issuer'],
  ['characters that are missing up to a third', 'authorizd-prt', 'authorized-party'],
  ['a name that was cut short', 'author', 'authorized-party'],
  ['the name itself', 'issuer', 'issuer'],
  ['too many edits', 'json-lines', undefined],
  ['a beginning of two characters', 'au', undefined],
  ['nothing', '', undefined],
])('%s: "%s" may mean %s', (_name, wrong, meant) => {
  expect(closest(wrong, KNOWN)).toBe(meant);
});

it('the name with the fewest edits comes first, whatever the order', () => {
  expect(closest('claim', ['clam', 'claims', 'claim'])).toBe('claim');
  expect(closest('ab', ['', 'abc'])).toBe('abc');
});
