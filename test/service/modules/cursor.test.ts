import { decodeCursor, encodeCursor } from '../../../service/modules/cursor';

it.each(['a', 'A.b_c~d-e', '...', '__proto__', '0', 'x'.repeat(128)])(
  'reads back the place %s',
  (moduleId) => {
    const cursor = encodeCursor(moduleId);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(cursor).not.toContain(moduleId.length > 1 ? moduleId : '.');
    expect(decodeCursor(cursor)).toBe(moduleId);
  },
);

const encoded = (text: string) => Buffer.from(text).toString('base64url');

it.each([
  '',
  'a',
  'after:a',
  '$gt',
  '../..',
  encoded(''),
  encoded('a'),
  encoded('after:'),
  encoded('after:.'),
  encoded('after:..'),
  encoded('after:a/b'),
  encoded('after:a b'),
  encoded('after:\u00e9'),
  encoded('After:a'),
  encoded(`after:${'x'.repeat(129)}`),
  encoded('{"$gt":""}'),
  `${encodeCursor('abc')}=`,
  `${encodeCursor('abc')} `,
  ` ${encodeCursor('abc')}`,
  `${encodeCursor('abc')}!`,
  encodeCursor('abcd').replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)),
  encodeCursor('~~~').replaceAll('-', '+').replaceAll('_', '/').concat('\n'),
])('refuses %j as a cursor', (cursor) => {
  expect(decodeCursor(cursor)).toBeUndefined();
});
