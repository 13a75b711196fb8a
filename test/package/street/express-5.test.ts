import { createProject, run, tool } from '../support/project';
import { guarded, outcomeOf, row, type Host } from '../support/street';

const packages = [
  'express@5',
  'http-errors@2',
  'express-session@1',
  'passport@0.7',
  'passport-local@1',
  'serverless-http@4',
  '@vendia/serverless-express@4',
  'light-my-request@6',
  'ws@8',
  'socket.io@4',
  'socket.io-client@4',
  'esbuild@0.28',
  'webpack@5',
  'vitest@3',
];

const bearer = 'Bearer realm="api"';
const hosts: readonly Host[] = [
  { host: 'Express 5, CommonJS', file: ['express.cjs'], expected: guarded },
  { host: 'Express 5, ESM', file: ['express.mjs'], expected: guarded },
  {
    host: 'Express 5, the parts alone',
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
    host: 'passport and express-session',
    file: ['passport.cjs'],
    expected: {
      ...guarded,
      "the host's session": { accountId: 7, plan: 'paid' },
      'session and token': { account: { accountId: 7, plan: 'paid' }, subject: 'user_1' },
    },
  },
  { host: 'serverless-http', file: ['adapters.cjs', 'serverless-http'], expected: guarded },
  {
    host: '@vendia/serverless-express',
    file: ['adapters.cjs', '@vendia/serverless-express'],
    expected: guarded,
  },
  { host: 'light-my-request', file: ['adapters.cjs', 'light-my-request'], expected: guarded },
  {
    host: 'ws',
    file: ['sockets.cjs', 'ws'],
    expected: {
      'valid token': ['open', 'user_1'],
      'no token': [401, bearer],
      'expired token': [401, `${bearer}, error="invalid_token"`],
    },
  },
  {
    host: 'socket.io',
    file: ['sockets.cjs', 'socket.io'],
    expected: {
      'valid token': ['open', 'user_1'],
      'no token': [401, 'missing_credentials'],
      'expired token': [401, 'invalid_token'],
    },
  },
  { host: 'a bundle of esbuild, minified', file: ['bundle.cjs', 'esbuild'], expected: guarded },
  { host: 'a bundle of webpack', file: ['bundle.cjs', 'webpack'], expected: guarded },
];

let project: string;

beforeAll(async () => {
  project = await createProject('express-5', 'street', packages);
});

it.each(hosts)('guards in $host', async ({ host, file, expected }) => {
  expect(await row(host, () => outcomeOf(project, file))).toEqual(expected);
});

it('survives an hour of the fake timers of jest', async () => {
  const jest = [tool('jest/bin/jest.js'), '--rootDir', '.', 'fake-timers'];
  const outcome = row('jest', async () => {
    await run(project, process.execPath, jest);
    return { 'valid token after an hour of fake timers': 200 };
  });
  await expect(outcome).resolves.toBeDefined();
});

it('guards inside vitest', async () => {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', 'vitest.spec'];
  expect(await row('vitest', () => passedIn(vitest))).toMatch(/1 passed/);
});

it('guards inside the test runner of Node', async () => {
  expect(await row('node:test', () => passedIn(['--test', 'node-test.mjs']))).toMatch(/pass 1/);
});

/** The line in which a test runner says how many tests passed. */
async function passedIn(args: readonly string[]): Promise<string> {
  const output = await run(project, process.execPath, args);
  return /[^\n]*Tests.*1 passed[^\n]*|[^\n]*pass 1/.exec(output)?.[0].trim() ?? output;
}
