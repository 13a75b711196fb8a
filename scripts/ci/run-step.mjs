import { spawn } from 'node:child_process';
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
  const run = (command) => start(command, { env: step.env, ...(besideOthers && { head }) });
  if (!step.jest) return count((await run(step.command)) === 0);

  const folder = await mkdtemp(join(tmpdir(), 'sallyport-ci-'));
  const report = join(folder, 'jest.json');
  try {
    const code = await run([...step.command, '--json', `--outputFile=${report}`, ...jestArguments]);
    return await countTests(report, code);
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
