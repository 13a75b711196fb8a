import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Instead of the compiler: says that it was begun, and ends when it may, with what the demo needs or with a failure. */
const COMPILER = `
const fs = require('node:fs');
fs.writeFileSync('compiling', '');
const waiting = setInterval(() => {
  if (fs.existsSync('fail')) process.exit(2);
  if (!fs.existsSync('go')) return;
  clearInterval(waiting);
  for (const name of ['lib/a', 'scripts/demo/main']) {
    fs.mkdirSync(require('node:path').dirname('dist/' + name), { recursive: true });
    fs.writeFileSync('dist/' + name + '.js', 'process.stdout.write("the demo\\\\n");');
  }
}, 5);
`;
const [LONG_AGO, LATER] = [1_000, 2_000];

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  for (const name of ['start.mjs', 'is-built.mjs']) {
    cpSync(join(__dirname, '../../../scripts/demo', name), join(root, 'scripts/demo', name));
  }
  file('node_modules/typescript/package.json', '{}');
  file('node_modules/typescript/bin/tsc', COMPILER);
  for (const name of ['tsconfig.json', 'scripts/config/tsconfig.build.json']) file(name, '{}', LONG_AGO);
  for (const name of ['lib/a', 'scripts/demo/main']) file(`${name}.ts`, '', LONG_AGO);
  mkdirSync(join(root, 'service'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function file(path: string, text: string, changedAt?: number): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  if (changedAt !== undefined) utimesSync(join(root, path), changedAt, changedAt);
}

function build(changedAt: number): void {
  for (const name of ['lib/a', 'scripts/demo/main']) {
    file(`dist/${name}.js`, 'process.stdout.write("the demo\\n");', changedAt);
  }
}

function start() {
  const child = spawn(process.execPath, [join(root, 'scripts/demo/start.mjs')], { cwd: root });
  const ended = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      child.emit('output');
    });
  }
  return {
    async said(text: string): Promise<void> {
      while (!output.includes(text)) await once(child, 'output');
    },
    async end(): Promise<{ code: unknown; output: string }> {
      const [code] = await ended;
      return { code, output };
    },
  };
}

const compiled = (): boolean => existsSync(join(root, 'compiling'));

it('says what it does while the compiler is still at work', async () => {
  const demo = start();
  await demo.said('sallyport demo\nCompiling');
  file('go', '');
  const { code, output } = await demo.end();
  expect(code).toBe(0);
  expect(output).toMatch(/ s\nStarting a local issuer and the service \.\.\.\nthe demo\n$/);
});

it('says that the compiler failed, and ends', async () => {
  file('fail', '');
  const { code, output } = await start().end();
  expect(code).toBe(1);
  expect(output).toContain('The compiler ended with 2.');
  expect(output).not.toContain('the demo');
});

it('compiles nothing where all is built already', async () => {
  build(LATER);
  expect(await start().end()).toEqual({
    code: 0,
    output: 'sallyport demo\nStarting a local issuer and the service ...\nthe demo\n',
  });
  expect(compiled()).toBe(false);
});

it.each([
  ['a source changed since', () => file('lib/a.ts', '', LATER + 1)],
  ['a source is new', () => file('service/new.ts', '', LONG_AGO)],
  ['the settings of the compiler changed', () => file('tsconfig.json', '{}', LATER + 1)],
  ['a built file is gone', () => rmSync(join(root, 'dist/lib/a.js'))],
])('compiles again where %s', async (_case, change) => {
  build(LATER);
  change();
  file('go', '');
  expect((await start().end()).code).toBe(0);
  expect(compiled()).toBe(true);
});
