import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createProject, run, tool } from './support/project';

const neighbours = ['@types/node@20', '@types/passport@1.0.17', '@clerk/express@2.1.70', 'mongoose@9'];
const resolutions = [
  { name: 'nodenext', module: 'nodenext', moduleResolution: 'nodenext' },
  { name: 'bundler', module: 'esnext', moduleResolution: 'bundler' },
];
const strictness = [
  { libraries: 'declarations checked', skipLibCheck: false },
  { libraries: 'declarations skipped', skipLibCheck: true },
];
const settings = resolutions.flatMap((resolution) =>
  strictness.map(({ libraries, skipLibCheck }) => ({
    title: `${resolution.name}, ${libraries}`,
    options: {
      strict: true,
      exactOptionalPropertyTypes: true,
      target: 'es2022',
      noEmit: true,
      esModuleInterop: true,
      types: ['node'],
      module: resolution.module,
      moduleResolution: resolution.moduleResolution,
      skipLibCheck,
    },
  })),
);

let project: string;

beforeAll(async () => {
  project = await createProject('types', 'types', ['express@5', '@types/express@5', ...neighbours]);
});

describe.each(settings)('strict TypeScript, $title', ({ title, options }) => {
  it.each([
    ['alone, without a cast', 'chain.ts'],
    ['and refuses misuse', 'misuse.ts'],
    ['beside express-oauth2-jwt-bearer', 'express-oauth2-jwt-bearer.ts'],
    ['beside passport', 'passport.ts'],
    ['beside @clerk/express', 'clerk-express.ts'],
  ])('compiles %s', async (_name, file) => {
    await compile(title, options, file);
  });
});

async function compile(title: string, compilerOptions: object, file: string): Promise<void> {
  const config = `tsconfig.${`${title} ${file}`.replace(/\W+/g, '-')}.json`;
  await writeFile(join(project, config), JSON.stringify({ compilerOptions, files: [file] }));
  await run(project, process.execPath, [tool('typescript/bin/tsc'), '-p', config]);
}
