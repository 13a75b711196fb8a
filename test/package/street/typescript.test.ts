import { createProject } from '../support/project';
import { row } from '../support/street';
import { compiled, hostsInTypeScript, typeErrors, typesFor } from '../support/typescript';

const packages = [
  'express@5',
  'http-errors@2',
  'express-session@1',
  'passport@0.7',
  'passport-local@1',
  ...typesFor('5'),
  'mongoose@9',
  'prom-client@15',
  'typescript-5.4@npm:typescript@5.4',
  'typescript-6@npm:typescript@6.0',
  // Exact: what compile-native.mjs imports of it is not stable yet.
  'typescript-7@npm:typescript@7.0.2',
];

const file = 'every-entry-point.ts';
const resolutions = ['node10', 'node16', 'nodenext', 'bundler'] as const;
const compilers = [
  { name: '5.4', script: ['compile.cjs', 'typescript-5.4', file, ...resolutions], node10: [] },
  { name: '5.9', script: ['compile.cjs', 'typescript', file, ...resolutions], node10: [] },
  { name: '6.0', script: ['compile.cjs', 'typescript-6', file, ...resolutions], node10: [] },
  {
    name: '7.0 (native)',
    script: ['compile-native.mjs', file, ...resolutions],
    node10: [expect.stringContaining("TS5108 Option 'moduleResolution=node10' has been removed.")],
  },
];

let project: string;
let complaints: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>;

/** All compilers at once: each keeps one processor busy. */
beforeAll(async () => {
  project = await createProject('typescript', 'street', packages);
  const found = compilers.map(async ({ name, script }) => [name, await typeErrors(project, script)] as const);
  complaints = new Map(await Promise.all(found));
});

const rows = compilers.flatMap(({ name, node10 }) =>
  resolutions.map((resolution) => ({ name, resolution, expected: resolution === 'node10' ? node10 : [] })),
);

/** Strict, `exactOptionalPropertyTypes`, declarations checked. */
it.each(rows)('compiles under TypeScript $name, $resolution', async ({ name, resolution, expected }) => {
  const outcome = await row(`TypeScript ${name}, ${resolution}`, () =>
    Promise.resolve({ 'every entry point': complaints.get(name)?.[resolution] }),
  );

  expect(outcome).toEqual({ 'every entry point': expected });
});

it.each(hostsInTypeScript('Express 5'))('guards in $host', async ({ host, file: main, expected }) => {
  expect(await row(host, () => compiled(project, main))).toEqual(expected);
});
