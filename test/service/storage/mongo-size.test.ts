import { mongo } from 'mongoose';
import { jsonTextOf, MAX_DATA_BYTES } from '../../../service/modules/json-text';

/** What MongoDB takes as one document. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

const ENVELOPE = {
  _id: new mongo.ObjectId(),
  owner: '00000000-0000-4000-8000-000000000000',
  moduleId: 'x'.repeat(128),
  version: Number.MAX_SAFE_INTEGER,
  revision: 'x'.repeat(22),
  createdAt: new Date(),
  updatedAt: new Date(),
};

/** Objects whose JSON text is as long as it may be, of characters that take one to four bytes, or escapes. */
const LARGEST = ['x', 'é', '漢', '\u{1f511}', '"', '\u0000', '\ud800'].map((character) => {
  const room = MAX_DATA_BYTES - Buffer.byteLength(JSON.stringify({ t: '' }));
  const each = Buffer.byteLength(JSON.stringify(character)) - 2;
  return { character: JSON.stringify(character), data: { t: character.repeat(Math.floor(room / each)) } };
});

describe("the largest module's document", () => {
  it.each(LARGEST)('is far from what MongoDB refuses: of $character', ({ data }) => {
    const text = jsonTextOf(data);
    expect(Buffer.byteLength(text)).toBeGreaterThan(MAX_DATA_BYTES - 8);
    const size = mongo.BSON.calculateObjectSize({ ...ENVELOPE, data: text });
    expect(size).toBeLessThan(MAX_DATA_BYTES + 1024);
    expect(size * 60).toBeLessThan(MAX_DOCUMENT_BYTES);
  });

  it.each(LARGEST)('can be no larger: of $character', ({ data }) => {
    expect(() => jsonTextOf({ ...data, more: 'xxxx' })).toThrow(`at most ${String(MAX_DATA_BYTES)} bytes`);
  });
});
