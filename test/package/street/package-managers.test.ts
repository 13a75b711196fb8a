import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolder, run, tarball } from '../support/project';
import { guarded, row, show } from '../support/street';
import { installTool, type Tool } from '../support/tools';

const packages = ['express@5', '@types/express@5', '@types/node@20', 'http-errors@2', '@types/http-errors@2'];
const compiles = { 'type errors': [] };
const compile = ['compile.cjs', 'typescript', 'typed.ts', 'node16'];

/** One test where the tool is there; where it is not, the table says so and no test is counted as passed. */
function host(name: string, tool: Tool, attempt: (path: string, name: string) => Promise<void>): void {
  if ('path' in tool) {
    it(`guards in ${name}`, async () => attempt(tool.path, name));
  } else {
    show(name, `NOT TRIED, THE TOOL CANNOT BE INSTALLED HERE: ${tool.missing}`);
    it.skip(`guards in ${name}, which cannot be installed here`, () => undefined);
  }
}

host('pnpm, hoist=false, isolated', installTool('pnpm@10', 'pnpm'), async (pnpm, name) => {
  const project = await createFolder('pnpm', 'street');
  await writeFile(join(project, '.npmrc'), 'hoist=false\nnode-linker=isolated\n');
  await run(project, pnpm, ['add', await tarball(), ...packages, 'typescript@5.9']);

  expect(await row(name, async () => typedHost(project, [process.execPath]))).toEqual({
    ...compiles,
    ...guarded,
  });
});

host("Yarn 4, Plug'n'Play", installTool('@yarnpkg/cli-dist@4', 'yarn'), async (yarn, name) => {
  const project = await createFolder('yarn', 'street');
  await writeFile(join(project, 'yarn.lock'), '');
  await writeFile(join(project, '.yarnrc.yml'), 'nodeLinker: pnp\nenableImmutableInstalls: false\n');
  // The one thing that README.md asks of this host beyond the others.
  const types = '@types/express-serve-static-core@5';
  const added = [`sallyport@file:${await tarball()}`, ...packages, types, 'typescript@5.9'];
  await run(project, yarn, ['add', ...added]);

  expect(await row(name, async () => typedHost(project, [yarn, 'node']))).toEqual({
    ...compiles,
    ...guarded,
  });
});

host('Bun', installTool('bun@1', 'bun'), async (bun, name) => {
  const project = await createFolder('bun', 'street');
  await run(project, bun, ['add', await tarball(), 'express@5', 'http-errors@2']);

  expect(
    await row(`${name}, CommonJS`, async () => lastLine(await run(project, bun, ['express.cjs']))),
  ).toEqual(guarded);
  expect(
    await row(`${name}, TypeScript`, async () => lastLine(await run(project, bun, ['typed.ts']))),
  ).toEqual(guarded);
});

/** Types as well as run time. */
async function typedHost(project: string, [command, ...args]: [string, ...string[]]): Promise<unknown> {
  const { node16 } = lastLine(await run(project, command, [...args, ...compile])) as { node16: unknown };
  const outcome = lastLine(await run(project, command, [...args, 'typed.js']));
  return { 'type errors': node16, ...(outcome as object) };
}

function lastLine(output: string): unknown {
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
}
