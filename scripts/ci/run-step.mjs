import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `mutate` is the longest: several minutes on two quiet processors. */
const stepTimeoutMs = 30 * 60_000;

/** Runs one step and counts it: a jest step as its tests, any other as one. */
export async function runStep(step, jestArguments) {
  console.log(`\n==> ${step.name}: ${step.command.join(' ')}`);
  if (!step.jest) return count((await run(step.command, step.env)) === 0);

  const folder = await mkdtemp(join(tmpdir(), 'sallyport-ci-'));
  const report = join(folder, 'jest.json');
  try {
    const code = await run([...step.command, '--json', `--outputFile=${report}`, ...jestArguments], step.env);
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

/** Resolves with the exit code; a step that hangs is ended with all its children. */
function run([command, ...args], env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
      detached: true,
    });
    const timer = setTimeout(() => {
      console.error(`No end after ${inSeconds(stepTimeoutMs)}`);
      process.kill(-child.pid, 'SIGKILL');
    }, stepTimeoutMs);
    const settle = (code) => {
      clearTimeout(timer);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(error.message);
      settle(1);
    });
    child.on('exit', (code) => settle(code ?? 1));
  });
}
