import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export const root = resolve(__dirname, '../../..');
const fixtures = join(root, 'test/package/fixtures');

/** What jest sets for its own modules; a consumer's commands start without it. */
const ofThisRun = new Set(['NODE_ENV', 'NODE_OPTIONS', 'NODE_PATH', 'JEST_WORKER_ID']);

/** The temporary folder that holds the tarball and every project of this run. */
export function workspace(): string {
  const folder = process.env['CONSUMERS'];
  if (folder === undefined) throw new Error('The package is packed in the global setup of this suite');
  return folder;
}

/** An empty project with a copy of a fixture, the tarball, and the packages named: `express@5`. */
export async function createProject(
  name: string,
  fixture: string,
  packages: readonly string[],
): Promise<string> {
  const folder = await createFolder(name, fixture);
  await npm(folder, 'install', await tarball(), ...packages);
  return folder;
}

/** The same before anything is installed there. */
export async function createFolder(name: string, fixture: string): Promise<string> {
  const folder = join(workspace(), name);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, private: true }));
  await cp(join(fixtures, fixture), folder, { recursive: true });
  return folder;
}

/** Rejects with what npm printed. */
export async function npm(folder: string, ...args: string[]): Promise<string> {
  return await run(folder, 'npm', [...args, '--no-audit', '--no-fund', '--prefer-offline']);
}

export interface RunOptions {
  /** The Node binary whose folder comes first in PATH. Default: the one that runs the tests. */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Resolves with standard output; rejects with all output where the command fails. */
export async function run(
  folder: string,
  command: string,
  args: readonly string[],
  { node = process.execPath, env = {} }: RunOptions = {},
): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => !ofThisRun.has(name));
  try {
    const { stdout } = await execute(command, args, {
      cwd: folder,
      maxBuffer: 16 * 1024 * 1024,
      env: {
        ...Object.fromEntries(inherited),
        ...env,
        PATH: `${dirname(node)}:${process.env['PATH'] ?? ''}`,
      },
    });
    return stdout;
  } catch (error) {
    const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    throw new Error([message, stdout, stderr].join('\n'), { cause: error });
  }
}

/** A tool of ours, so that a project installs only what a consumer would. */
export function tool(path: string): string {
  return join(root, 'node_modules', path);
}

/** The path of what was packed. */
export async function tarball(): Promise<string> {
  const [file] = (await readdir(workspace())).filter((name) => name.endsWith('.tgz'));
  if (file === undefined) throw new Error('There is no tarball');
  return join(workspace(), file);
}
