import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './support/chromium.mjs';
import { ROOT, created, installedAndBuilt } from './support/made-app.mjs';
import { newReport } from './support/report.mjs';
import { checkWithClerk, openClerk } from './with-clerk.mjs';
import { checkWithoutClerk } from './without-clerk.mjs';

const closing = [];
const report = newReport();
const started = performance.now();

try {
  await main();
} finally {
  for (const close of closing.reverse()) await close();
}
report.close();
process.exitCode = report.failed === 0 ? 0 : 1;

async function main() {
  const artifacts = join(ROOT, 'artifacts');
  mkdirSync(artifacts, { recursive: true });
  const world = { report, artifacts, closing, chromium: await findChromium() };
  const clerk = await openClerk(closing);
  await makeApps(clerk);
  console.log(`Both apps stand after ${Math.round((performance.now() - started) / 1000)} s`);
  await checkWithoutClerk(world);
  await checkWithClerk(clerk, world);
}

/** The first as README says, whole; the second with the tarball that the first was made with. */
async function makeApps(clerk) {
  const oidc = await created({ auth: 'oidc' });
  const more = fileURLToPath(new URL('./more', import.meta.url));
  const withClerk = await created({ auth: 'clerk', tarball: oidc.tarball, more });
  await Promise.all([installedAndBuilt(oidc, {}), installedAndBuilt(withClerk, clerk)]);
}
