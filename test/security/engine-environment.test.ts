import { readFileSync } from 'node:fs';
import hostile from '../support/hostile-environment.json';

const library = readFileSync(require.resolve('express-oauth2-jwt-bearer'), 'utf8');

it('runs the suite against every environment variable that the engine reads', () => {
  const read = [...library.matchAll(/\bprocess\.env\.(\w+)/g)].map(([, name]) => name);

  expect(Object.keys(hostile).sort()).toEqual([...new Set(read)].sort());
});

it('knows of no other way in which the engine looks at its process', () => {
  expect(library.match(/\bprocess\b(?!\.env\.\w)/g)).toBeNull();
});
