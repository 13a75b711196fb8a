import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { READMES } from '../support/readmes';
import { createProject, root, run } from './support/project';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

/** With express, which a consumer has anyway. What grows beyond this is asked about in review, not found later. */
const documentedPackages = 80;

let project: string;
let installed: readonly string[];

beforeAll(async () => {
  project = await createProject('bare', 'runtime', ['express@5']);
  const lock = await readFile(join(project, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Readonly<Record<string, unknown>> };
  installed = Object.keys(packages).filter((path) => path !== '');
});

it('brings a consumer no more packages than documented', () => {
  expect(installed).toContain('node_modules/sallyport');
  expect(installed.length).toBeLessThanOrEqual(documentedPackages);
});

it('brings a consumer nothing that only the service needs', async () => {
  const own = await manifest('package.json');
  const { dependencies } = await manifest('service/package.json');
  const serviceOnly = Object.keys(dependencies).filter(
    (name) => !(name in own.dependencies) && name !== 'express',
  );

  expect(serviceOnly).toEqual(expect.arrayContaining(['helmet', 'lmdb', 'pino', 'zod']));
  expect(installed.filter((path) => serviceOnly.includes(path.replace(/^.*node_modules\//, '')))).toEqual([]);
});

it('holds the compiled library, its documents and nothing else', async () => {
  const files = await readdir(join(project, 'node_modules/sallyport'), {
    recursive: true,
    withFileTypes: true,
  });
  const outside = files
    .filter((file) => file.isFile())
    .map((file) => relative(join(project, 'node_modules/sallyport'), join(file.parentPath, file.name)))
    .filter((path) => !/^dist\/lib\/.+\.(js|d\.ts|js\.map)$/.test(path));

  const documents = READMES.filter((path) => /^(lib\/|README)/.test(path));
  expect(outside.sort()).toEqual(['LICENSE', ...documents, 'package.json'].sort());
});

it('brings the commands: npx sallyport', async () => {
  expect(await run(project, 'npx', ['--no-install', 'sallyport', '--help'])).toContain(
    'npx sallyport COMMAND',
  );
  expect(await run(project, 'npx', ['--no-install', 'sallyport', 'inspect', '--help'])).toContain(
    '--issuer URL',
  );
});

async function manifest(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, path), 'utf8')) as Manifest;
}
