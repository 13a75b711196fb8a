import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isBuilt } from '../../../scripts/demo/is-built.mjs';
import { newReport } from '../next/support/report.mjs';
import { checkCalls } from './checks/calls.mjs';
import { checkDocument } from './checks/document.mjs';
import { checkPage } from './checks/page.mjs';
import { startService } from './service.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ARTIFACTS = `${ROOT}artifacts`;

/** The built service and what it says of itself: its document, each operation as the document tells of it, and its page. */
const report = newReport();
if (!isBuilt(ROOT)) build();
mkdirSync(ARTIFACTS, { recursive: true });
const service = await startService();
try {
  const source = await (await fetch(`${service.url}/openapi.json`)).text();
  const world = { report, service, source, artifacts: ARTIFACTS, options: process.argv.slice(2) };
  await checkDocument(world);
  // What is driven by a wrong document tells nothing.
  if (report.failed === 0) {
    await checkCalls(world);
    await checkPage(world);
  }
  await report.check('the service has logged no bug', () => assert.deepEqual(service.bugs(), []));
} finally {
  await service.stop();
}
report.close();
process.exitCode = report.failed === 0 ? 0 : 1;

function build() {
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  const project = 'scripts/config/tsconfig.build.json';
  const { status } = spawnSync(process.execPath, [tsc, '-p', project, '--noCheck'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  assert.equal(status, 0, 'the service cannot be built');
}
