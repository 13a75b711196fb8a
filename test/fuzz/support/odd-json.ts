import fc, { type Arbitrary } from 'fast-check';

/** JSON texts that readers tend to stumble over, whatever they stand for. */
const ODD = [
  ...['null', 'true', 'false', '0', '-0', '1', '-1', '1.5', '""', '" "', '"x"', '[]', '{}', '[null]', '[[]]'],
  ...['1e999', '-1e999', '1e308', '1e-400', '4294967296', '2147483648', '9007199254740993'],
  ...['18446744073709551616', '-9007199254740993', '0.1e1', '123456789012345678901234567890'],
  ...['"\\u0000"', '"\\ud800"', '"\\udfff\\ud800"', '"\\ufeff"', '"a\\nb"', '"\\u202e"', '"__proto__"'],
  ...['"constructor"', '"true"', '"1"', '"9999999999"', '"*"', '"../.."', '"$gt"', '"null"', '"NaN"'],
  ...['{"$gt":""}', '{"__proto__":{"a":1}}', '{"constructor":{"prototype":{}}}', '{"":{"":""}}'],
  ...['{"toString":1}', '{"length":-1}', '["a","b"]', '[1]', '[{}]', '{"toJSON":1}', '{"a":1,"a":2}'],
];

const wellFormed = fc.oneof(
  fc.constantFrom(...ODD),
  fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => JSON.stringify(text)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

/** `{"a":{"a":...1...}}` or `[[...1...]]`: as deep as the limit of 64 levels, or far past it. */
const nested = fc
  .tuple(fc.constantFrom(2, 20, 62, 63, 64, 65, 66, 500, 20_000), fc.boolean())
  .map(([depth, list]) =>
    list ? `${'['.repeat(depth)}1${']'.repeat(depth)}` : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  );

/** Well-formed JSON text, odd more often than not. */
export const oddJson: Arbitrary<string> = fc.oneof({ weight: 9, arbitrary: wellFormed }, nested);

/** JSON text without depths that only a limit refuses. */
export const shallowJson: Arbitrary<string> = wellFormed;
