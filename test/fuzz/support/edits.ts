import fc, { type Arbitrary } from 'fast-check';

/** One change to a text: `at` is taken modulo its length. */
export interface Edit {
  readonly how: 'insert' | 'replace' | 'remove' | 'repeat';
  readonly at: number;
  readonly text: string;
}

const ODD = [
  '\0',
  '\t',
  '\r\n',
  ' ',
  '"',
  '\\',
  ',',
  '.',
  '/',
  '%',
  '%00',
  '=',
  '+',
  'é',
  '\ud800',
  '𝄞',
  '{',
  '}',
  '[',
  ']',
];

export function edits(maxLength = 3): Arbitrary<readonly Edit[]> {
  const edit = fc.record({
    how: fc.constantFrom('insert', 'replace', 'remove', 'repeat'),
    at: fc.nat(),
    text: fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', minLength: 1, maxLength: 3 })),
  }) as Arbitrary<Edit>;
  return fc.array(edit, { minLength: 1, maxLength });
}

export function applyEdits(text: string, list: readonly Edit[]): string {
  return list.reduce((edited, { how, at, text: odd }) => {
    const place = at % (edited.length + 1);
    const [before, behind] = [edited.slice(0, place), edited.slice(place)];
    switch (how) {
      case 'insert':
        return before + odd + behind;
      case 'replace':
        return before + odd + behind.slice(odd.length);
      case 'remove':
        return before + behind.slice(1);
      case 'repeat':
        return before + behind.slice(0, 20) + behind;
    }
  }, text);
}
