import { createProject } from '../support/project';
import { guarded, outcomeOf, row, type Host } from '../support/street';
import { compiled, hostsInTypeScript, typesFor } from '../support/typescript';

const packages = [
  'express@4',
  'http-errors@2',
  'express-session@1',
  'passport@0.7',
  'passport-local@1',
  ...typesFor('4'),
];

const hosts: readonly Host[] = [
  { host: 'Express 4, CommonJS', file: ['express.cjs'], expected: guarded },
  { host: 'Express 4, ESM', file: ['express.mjs'], expected: guarded },
  {
    host: 'Express 4, the parts alone, which leave no rejection unhandled',
    file: ['parts.cjs'],
    expected: {
      'valid token': 200,
      'no token': 401,
      "another's path": 403,
      'failing store': 503,
      'failing verifier': 500,
    },
  },
  {
    host: 'Express 4 with passport and express-session',
    file: ['passport.cjs'],
    expected: {
      ...guarded,
      "the host's session": { accountId: 7, plan: 'paid' },
      'session and token': { account: { accountId: 7, plan: 'paid' }, subject: 'user_1' },
    },
  },
];

let project: string;

beforeAll(async () => {
  project = await createProject('express-4', 'street', packages);
});

it.each(hosts)('guards in $host', async ({ host, file, expected }) => {
  expect(await row(host, () => outcomeOf(project, file))).toEqual(expected);
});

it.each(hostsInTypeScript('Express 4'))('guards in $host', async ({ host, file, expected }) => {
  expect(await row(host, () => compiled(project, file))).toEqual(expected);
});
