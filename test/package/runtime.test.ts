import { createProject, run, tool } from './support/project';
import { runtimes } from './support/nodes';

const answers = [
  { status: 200, said: 'user_1' },
  { status: 403, said: 'not_owner' },
  { status: 401, said: 'missing_credentials' },
];

let project: string;

beforeAll(async () => {
  project = await createProject('runtime', 'runtime', ['express@5', 'prom-client@15']);
});

describe.each(runtimes)('an empty project on $name', ({ binary }) => {
  let node: string;

  beforeAll(async () => {
    node = await binary();
  });

  it.each(['require.cjs', 'import.mjs'])('guards a route by way of %s', async (file) => {
    expect(JSON.parse(await run(project, node, [file], { node }))).toEqual(answers);
  });

  it('guards a route inside jest, without flags or configuration', async () => {
    await expect(
      run(project, node, [tool('jest/bin/jest.js'), '--rootDir', '.'], { node }),
    ).resolves.toBeDefined();
  });

  it.each([
    'sallyport/dist/lib/index.js',
    'sallyport/lib/index',
    'sallyport/tokens',
    'sallyport/middleware',
    'sallyport/keys/jwk',
    'sallyport/service',
  ])('keeps %s to itself', async (specifier) => {
    expect(await resolve(specifier)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it.each([
    'sallyport',
    'sallyport/clerk',
    'sallyport/dpop',
    'sallyport/introspection',
    'sallyport/issuers',
    'sallyport/mcp',
    'sallyport/metrics',
    'sallyport/mongo',
    'sallyport/next',
    'sallyport/request-user',
    'sallyport/signals',
    'sallyport/testing',
    'sallyport/package.json',
  ])('opens %s', async (specifier) => {
    expect(await resolve(specifier)).toBe('object');
  });

  async function resolve(specifier: string): Promise<unknown> {
    const [outcome] = JSON.parse(await run(project, node, ['resolve.cjs', specifier], { node })) as unknown[];
    return outcome;
  }
});
