import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProject, run, tool } from './support/project';

const packages = [
  'express@5',
  '@types/express@5',
  '@types/node@20',
  'mongoose@9',
  'prom-client@15',
  '@types/passport@1.0.17',
  '@clerk/express@2.1.70',
];
const settings = [
  ['nodenext, declarations checked', { module: 'nodenext', skipLibCheck: false }],
  ['nodenext, declarations skipped', { module: 'nodenext', skipLibCheck: true }],
  ['bundler, declarations checked', { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: false }],
  ['bundler, declarations skipped', { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true }],
] as const;

let project: string;

beforeAll(async () => {
  project = await createProject('types', 'types', packages);
});

describe.each(settings)('strict TypeScript, %s', (_name, options) => {
  it('compiles a consumer without a cast, and refuses misuse', async () => {
    expect(await errors(options, ['chain.ts', 'misuse.ts', 'stores.ts'])).toEqual([]);
  });

  it('compiles beside express-oauth2-jwt-bearer, passport and @clerk/express', async () => {
    const files = ['express-oauth2-jwt-bearer.ts', 'passport.ts', 'clerk-express.ts'];

    expect((await errors(options, files)).filter(notOfClerk)).toEqual([]);
  });

  it.each(['own-user.ts', 'passport-user.ts'])(
    'compiles in a host that has a user of its own: %s',
    async (file) => {
      expect(await errors(options, [file])).toEqual([]);
    },
  );

  it('compiles a route on Web standards alone, without the types of Node', async () => {
    const web = { ...options, types: [], lib: ['es2022', 'dom'] };

    expect(await errors(web, ['route.ts'])).toEqual([]);
  });
});

/** Clerk's own declarations do not pass a check, with or without us. */
function notOfClerk(error: string): boolean {
  return !error.startsWith('node_modules/@clerk/');
}

/** The first line of each error. */
async function errors(options: object, files: readonly string[]): Promise<string[]> {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: 'es2022',
    noEmit: true,
    esModuleInterop: true,
    types: ['node'],
    ...options,
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const output = await run(project, process.execPath, [
    tool('typescript/bin/tsc'),
    '--pretty',
    'false',
  ]).catch((error: unknown) => (error as Error).message);
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith(' '));
  return lines.filter((line) => !line.startsWith('Command failed:'));
}
