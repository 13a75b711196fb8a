import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `mutate` is the longest: several minutes on two quiet processors. */
const stepTimeoutMs = 30 * 60_000;

/**
 * Runs one step and counts it: a jest step as its tests, any other as one. Beside others its output is shown at its end, in
 * one piece.
 */
export async function runStep(step, { jestArguments, besideOthers }) {
  const head = `\n==> ${step.name}: ${step.command.join(' ')}`;
  if (!besideOthers) console.log(head);
  if (!step.jest) {
    return count((await start(step.command, { env: step.env, ...(besideOthers && { head }) })) === 0);
  }

  const folder = await mkdtemp(join(tmpdir(), 'sallyport-ci-'));
  const report = join(folder, 'jest.json');
  const replaced = join(folder, 'replaced');
  const env = { ...step.env, SALLYPORT_DATABASE_REPLACED: replaced };
  const run = (...words) => start([...step.command, ...words], { env, ...(besideOthers && { head }) });
  try {
    const code = await run('--json', `--outputFile=${report}`, ...jestArguments);
    const counts = await countTests(report, code);
    if (counts.failed === 0 || !existsSync(replaced)) return counts;
    return await again(counts, report, run);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function inSeconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function count(passed) {
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Runs the test files that failed once more, since the database server hung meanwhile and was replaced by a new one. */
async function again(counts, report, run) {
  const { testResults } = JSON.parse(await readFile(report, 'utf8'));
  const files = testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (files.length === 0) return counts;
  console.log(`The database server hung: ${files.length} test files run again`);
  const code = await run(
    '--coverage=false',
    '--json',
    `--outputFile=${report}`,
    '--runTestsByPath',
    ...files,
  );
  const { failed } = await countTests(report, code);
  return { passed: counts.passed + counts.failed - failed, failed };
}

/** A suite that never came to run its tests is a failure, and so is a run that ends badly or ran nothing. */
async function countTests(report, code) {
  const result = await readFile(report, 'utf8').then(JSON.parse, () => undefined);
  if (result === undefined) return count(false);
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  if (result.numPendingTests > 0) console.log(`${result.numPendingTests} tests skipped`);
  const badEnd = failed === 0 && (code !== 0 || result.numPassedTests === 0);
  return { passed: result.numPassedTests, failed: badEnd ? 1 : failed };
}

/** Resolves with the exit code; a step that hangs is ended with all its children. `head`: keep the output for the end. */
function start([command, ...args], { env = {}, head }) {
  return new Promise((resolve) => {
    const output = head === undefined ? 'inherit' : 'pipe';
    const child = spawn(command, args, {
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
      detached: true,
    });
    const kept = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => kept.push(piece));
    const timer = setTimeout(() => {
      console.error(`${command} ${args.join(' ')}: no end after ${inSeconds(stepTimeoutMs)}`);
      process.kill(-child.pid, 'SIGKILL');
    }, stepTimeoutMs);
    let settled = false;
    const settle = (code) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      if (head !== undefined) console.log(`${head}\n${Buffer.concat(kept).toString()}`);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(error.message);
      settle(1);
    });
    // What it has written may still be on its way; but a process that it left behind may hold its output open for ever.
    child.on('exit', (code) => setTimeout(settle, 2000, code ?? 1));
    child.on('close', (code) => settle(code ?? 1));
  });
}
