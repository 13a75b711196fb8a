import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { faults } from './faults.mjs';

// A check that cannot fail is worth nothing: in a clone of its own, each is shown what it must refuse.
const root = process.cwd();
const clone = join(mkdtempSync(join(tmpdir(), 'sallyport-self-test-')), 'clone');
const complaints = untested();
try {
  execFileSync('git', ['clone', '--quiet', root, clone]);
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
  for (const step of new Set(faults.map((fault) => fault.step))) {
    complaints.push(...unnoticed(step));
  }
} finally {
  rmSync(dirname(clone), { recursive: true, force: true });
}

for (const complaint of complaints) console.error(complaint);
if (complaints.length === 0) console.log(`${faults.length} planted faults, each of them noticed`);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** Plants the faults of one step together, runs that step, and takes them out again. */
function unnoticed(step) {
  const planted = faults.filter((fault) => fault.step === step);
  const files = planted.flatMap((fault) => Object.entries(fault.files));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    writeFileSync(join(clone, path), text);
  }
  const jestArguments = planted.flatMap((fault) => fault.jestArguments ?? []);
  const { status, stdout, stderr } = spawnSync('bash', ['.ci/run', step, '--', ...jestArguments], {
    cwd: clone,
    encoding: 'utf8',
  });
  for (const [path] of files) rmSync(join(clone, path), { force: true });

  const output = stdout + stderr;
  const red = status !== 0 && /\n\d+ passed, [1-9]\d* failed\n$/.test(stdout);
  console.log(`${step}: ${red ? 'red, as it must be' : 'GREEN, or without its last line'}`);
  const missed = planted.filter(({ notice }) => !output.includes(notice));
  if (missed.length > 0) console.error(output);
  return [
    ...(red ? [] : [`The step ${step} did not fail`]),
    ...missed.map(({ notice }) => `The step ${step} did not notice "${notice}"`),
  ];
}

/** Dependency rules that no fault is planted for. */
function untested() {
  const { forbidden } = createRequire(import.meta.url)('../config/dependency-cruiser.cjs');
  return forbidden
    .filter(({ name }) => !faults.some(({ rule }) => rule === name))
    .map(({ name }) => `No fault is planted for the rule ${name}`);
}
