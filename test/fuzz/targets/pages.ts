import { strict as assert } from 'node:assert';
import fc, { type Arbitrary } from 'fast-check';
import { startService } from '../../support/service';
import { assertProblem } from '../support/answers';
import { applyEdits, edits } from '../support/edits';
import { property, type FuzzTarget } from '../target';

const IDS = ['.a', '0', 'A', '_', 'a', 'a.b', 'b', '~'];
const LIMITS = [
  '1',
  '2',
  '100',
  '0',
  '101',
  '-1',
  '+1',
  '01',
  '1.0',
  '1e1',
  ' 1',
  '',
  '0x1',
  '999',
  'Infinity',
  '９',
];

const cursorOf = (text: string): string => Buffer.from(text).toString('base64url');
const goodCursor = fc.constantFrom(...IDS, 'zz', 'x'.repeat(128)).map((id) => cursorOf(`after:${id}`));
const cursor: Arbitrary<string> = fc.oneof(
  goodCursor,
  fc.tuple(goodCursor, edits()).map(([text, list]) => applyEdits(text, list)),
  fc.constantFrom('after:', 'after:..', 'after:a/b', 'before:a', 'after:a\0', 'after:é').map(cursorOf),
  goodCursor.map((text) => `${text}=`),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const limit: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...LIMITS),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('limit', 'cursor') },
  fc.constantFrom('limit[]', 'cursor[$ne]', 'cursor[__proto__]', '__proto__', 'Limit', 'offset', ''),
);
interface Parameter {
  readonly name: string;
  readonly value: string;
  /** As it stands in the query: `encoded` is what a program sends. */
  readonly how: 'encoded' | 'raw';
}
const parameters = fc.array(
  fc.record({
    name,
    value: fc.oneof(cursor, limit),
    how: fc.constantFrom('encoded', 'encoded', 'encoded', 'raw'),
  }),
  { maxLength: 3 },
);

function queryOf(list: readonly Parameter[]): string {
  // What fetch would refuse to send or cut off is no query of this request.
  const raw = (text: string): string => text.toWellFormed().replaceAll(/[#\0-\x20\x7f-\u{10ffff}]/gu, '');
  return list
    .map(
      ({ name: key, value, how }) =>
        `${key}=${how === 'raw' ? raw(value) : encodeURIComponent(value.toWellFormed())}`,
    )
    .join('&');
}

/** A page holds the user's own modules in order, none twice, at most `limit`, or the query is refused with 400. */
export const pages: FuzzTarget = {
  name: 'pages',
  runs: 250,
  async open() {
    const service = await startService();
    for (const id of IDS) await service.as('alice').save(id, { of: 'alice' });
    await service.as('bob').save('b0b', { of: 'bob' });
    return property(parameters, async (list) => {
      const answer = await service.as('alice').get(`/api/user_modules/user/alice?${queryOf(list)}`);
      if (answer.status !== 200) {
        assert.equal(answer.status, 400, answer.text);
        assertProblem(400, answer.headers.get('content-type'), answer.text);
        return;
      }
      const { items, nextCursor } = answer.json as { items: { moduleId: string }[]; nextCursor: unknown };
      const limits = new URLSearchParams(queryOf(list)).getAll('limit');
      assert(
        limits.length === 0 || /^0{0,2}[1-9]\d?$|^0?[1-9]\d$|^100$/.test(limits[0] ?? ''),
        'a limit out of range',
      );
      assert(items.length <= Number(limits[0] ?? 50), 'more than the limit');
      const ids = items.map(({ moduleId }) => moduleId);
      const from = ids.length === 0 ? IDS.length : IDS.indexOf(ids[0] ?? '');
      assert.deepEqual(
        ids,
        IDS.slice(from, from + ids.length),
        'not a run of the own modules in their order',
      );
      const last = from + ids.length === IDS.length;
      assert.equal(nextCursor === null, last, 'the last page, and only it, has no nextCursor');
    });
  },
};
