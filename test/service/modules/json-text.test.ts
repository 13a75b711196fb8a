import assert from 'node:assert/strict';
import {
  DataTooLargeError,
  InvalidDataError,
  jsonTextOf,
  MAX_DATA_BYTES,
  MAX_DATA_LEVELS,
} from '../../../service/modules/json-text';

/** `levels` objects, one in the other. */
const nested = (levels: number, open = '{"a":', close = '}'): string =>
  `${open.repeat(levels - 1)}{}${close.repeat(levels - 1)}`;

const TEXTS = [
  '{}',
  '{"a":[1,"two",true,false,null,{"b":[]}]}',
  '{"$gt":"","a.b":{"$where":"1"},"":{"":null}}',
  '{"__proto__":{"x":1},"constructor":{"prototype":{"__proto__":[]}},"hasOwnProperty":1}',
  '{"toJSON":{"a":1},"toString":"x","valueOf":0}',
  '{"n":-0}',
  '{"n":[0,-0,{"__proto__":-0,"":-0}],"text":"-0","\\"quoted\\"":-0.0}',
  '{"n":[1e21,1e-7,5e-324,1.7976931348623157e308,9007199254740993,0.1]}',
  '{"text":"\\ud800 \\udc00\\ud800 \\u0000 \\u2028 \\\\ \\" / \\n \u{1f511}","\\ud800":1,"m":-0}',
  '{"2":"two","1":"one","b":1,"a":2,"z":-0}',
  nested(MAX_DATA_LEVELS),
  nested(MAX_DATA_LEVELS, '{"n":-0,"a":'),
];

it.each(TEXTS)('makes text %# from which an equal object is parsed', (text) => {
  const data: unknown = JSON.parse(text);
  const made = jsonTextOf(data);
  // Unlike jest's matchers this minds -0, and takes `constructor` and `__proto__` for the plain keys they are.
  assert.deepEqual(JSON.parse(made), data);
});

it('leaves text as JSON.stringify makes it where that loses nothing', () => {
  const data = { a: [1, { b: 'c' }], d: null };
  expect(jsonTextOf(data)).toBe(JSON.stringify(data));
});

it('pollutes no prototype with what it was given', () => {
  jsonTextOf(JSON.parse('{"__proto__":{"polluted":-0},"constructor":{"prototype":{"polluted":1}}}'));
  expect({}).not.toHaveProperty('polluted');
});

it.each([[undefined], [null], [[]], ['{}'], [1], [true]])('refuses %j, which is no object', (data) => {
  expect(() => jsonTextOf(data)).toThrow(new InvalidDataError('', 'must be a JSON object'));
});

it.each([
  ['an object', nested(MAX_DATA_LEVELS + 1), '/a'.repeat(MAX_DATA_LEVELS)],
  [
    'an array',
    `{"a":${'['.repeat(MAX_DATA_LEVELS)}${']'.repeat(MAX_DATA_LEVELS)}}`,
    `/a${'/0'.repeat(MAX_DATA_LEVELS - 1)}`,
  ],
  [
    'an object in an array',
    `{"a~/b":[0,${nested(MAX_DATA_LEVELS - 1)}]}`,
    `/a~0~1b/1${'/a'.repeat(MAX_DATA_LEVELS - 2)}`,
  ],
])('refuses %s on level 65 and says where', (_, text, path) => {
  expect(() => jsonTextOf(JSON.parse(text))).toThrow(
    expect.objectContaining({ name: 'InvalidDataError', path }),
  );
});

it('counts an empty array on the last level as a level, and a plain value as none', () => {
  const arrays = (levels: number) => `{"a":${'['.repeat(levels - 1)}1${']'.repeat(levels - 1)}}`;
  expect(() => jsonTextOf(JSON.parse(arrays(64)))).not.toThrow();
  expect(() => jsonTextOf(JSON.parse(arrays(65)))).toThrow(InvalidDataError);
});

it('walks data of any depth without exhausting the stack', () => {
  let data: object = {};
  for (let n = 0; n < 500_000; n += 1) data = [data];
  expect(() => jsonTextOf({ data })).toThrow(InvalidDataError);
});

it.each([
  ['{"a":1e400}', '/a'],
  ['{"a":[1,{"b":-1e400}]}', '/a/1/b'],
  ['{"":1e999}', '/'],
  ['{"a/b~c":1e999}', '/a~1b~0c'],
])('refuses %s, whose number no double holds, and says where', (text, path) => {
  expect(() => jsonTextOf(JSON.parse(text))).toThrow(
    expect.objectContaining({ name: 'InvalidDataError', path }),
  );
});

it.each([
  ['ASCII', 'a', 1],
  ['two bytes', '\u00e9', 2],
  ['four bytes', '\u{1f511}', 4],
  ['an escape', '\u0000', 6],
])('takes text of exactly so many bytes and not one more, in %s', (_, character, bytes) => {
  const room = MAX_DATA_BYTES - '{"t":""}'.length;
  const most = character.repeat(Math.floor(room / bytes));
  const rest = 'x'.repeat(room % bytes);
  expect(Buffer.byteLength(jsonTextOf({ t: most + rest }))).toBe(MAX_DATA_BYTES);
  expect(() => jsonTextOf({ t: `${most}${rest}x` })).toThrow(DataTooLargeError);
});

it('counts the bytes of the text, not of what was sent', () => {
  const spaced = `{"a":${' '.repeat(MAX_DATA_BYTES)}1}`;
  expect(jsonTextOf(JSON.parse(spaced))).toBe('{"a":1}');
});
