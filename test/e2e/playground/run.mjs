import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../next/support/chromium.mjs';
import { newReport } from '../next/support/report.mjs';
import { checkActs } from './checks/acts.mjs';
import { checkEnding } from './checks/ending.mjs';
import { checkLooks } from './checks/looks.mjs';
import { checkPage } from './checks/page.mjs';
import { openVisitor } from './visitor.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ARTIFACTS = `${ROOT}artifacts`;

/** The demo as a newcomer starts it, and its page in Chromium. */
const report = newReport();
const chromium = await findChromium();
mkdirSync(ARTIFACTS, { recursive: true });
const demo = await startDemo();
try {
  const visitor = await openVisitor(chromium, demo.page);
  try {
    const world = { report, visitor, artifacts: ARTIFACTS, ...demo };
    await checkPage(world);
    await checkActs(world);
    await checkLooks(world);
  } finally {
    await visitor.leave();
  }
} finally {
  await demo.stop();
}
await checkEnding({ report, root: ROOT });
report.close();
process.exitCode = report.failed === 0 ? 0 : 1;

async function startDemo() {
  const child = spawn(process.execPath, ['scripts/demo/start.mjs'], { cwd: ROOT });
  const ended = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const page = new Promise((resolve) => {
    child.stdout.on('data', () => {
      const [, address] = /In the browser: (\S+)/.exec(output) ?? [];
      if (address) resolve(address);
    });
  });
  const early = ended.then(([code]) => Promise.reject(new Error(`The demo ended with ${code}\n${output}`)));
  early.catch(() => undefined);
  return {
    page: await Promise.race([page, early]),
    async stop() {
      child.kill('SIGINT');
      const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(force);
    },
  };
}
