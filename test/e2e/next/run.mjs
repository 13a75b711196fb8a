import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkBrowser } from './checks/browser.mjs';
import { checkBypasses } from './checks/bypasses.mjs';
import { checkFailures } from './checks/failures.mjs';
import { checkPassing } from './checks/passing.mjs';
import { checkRefusing } from './checks/refusing.mjs';
import { checkSessions } from './checks/sessions.mjs';
import { APP, ROOT, prepareApp, rememberedIssuerPort } from './support/app.mjs';
import { findChromium } from './support/chromium.mjs';
import { newClient } from './support/client.mjs';
import { PUBLISHABLE_KEY, startIssuer } from './support/issuer.mjs';
import { freePort, serve } from './support/processes.mjs';
import { startRecorder } from './support/recorder.mjs';
import { newReport } from './support/report.mjs';

const closing = [];
const report = newReport();

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
  const chromium = await findChromium();
  const appPort = await freePort();
  const issuer = await openIssuer(`http://localhost:${appPort}`);
  const publicSettings = settingsFor(issuer);
  await prepareApp(publicSettings, issuer.port);

  const service = await startService(issuer);
  const recorder = await startRecorder(service.url);
  closing.push(() => recorder.close());
  const app = await startApp(issuer, recorder, publicSettings);
  const world = {
    report,
    issuer,
    recorder,
    app,
    service,
    client: newClient(app.url),
    chromium,
    artifacts,
    appFolder: APP,
  };

  await checkPassing(world);
  await checkRefusing(world);
  await checkFailures(world);
  await checkBypasses(world);
  await checkBrowser(world);
  await checkSessions(world);
}

/** At the port that the last build names, if it is free: those settings are part of a build. */
async function openIssuer(appUrl) {
  const remembered = rememberedIssuerPort();
  const issuer = await startIssuer(remembered ?? 0, appUrl).catch(() => startIssuer(0, appUrl));
  closing.push(() => issuer.close());
  return issuer;
}

function settingsFor({ url }) {
  return {
    NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
    NEXT_PUBLIC_CLERK_PROXY_URL: url,
    NEXT_PUBLIC_CLERK_JS_URL: `${url}/clerk.js`,
    NEXT_PUBLIC_CLERK_PREFETCH_UI: 'false',
    NEXT_PUBLIC_CLERK_SIGN_IN_URL: `${url}/sign-in`,
    NEXT_PUBLIC_CLERK_TELEMETRY_DISABLED: '1',
    CLERK_TELEMETRY_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
  };
}

async function startService(issuer) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-next-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const url = `http://127.0.0.1:${port}`;
  const running = await serve(process.execPath, [join(ROOT, 'dist/service/main.js')], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      AUTH_ISSUER: issuer.url,
      AUTH_PROVIDER: 'clerk',
      AUTH_AUTHORIZED_PARTIES: issuer.appUrl,
      RATE_LIMIT_USER_PER_MINUTE: '10000',
      RATE_LIMIT_IP_PER_MINUTE: '10000',
      SHUTDOWN_GRACE_SECONDS: '1',
    },
    url: `${url}/health/ready`,
  });
  closing.push(() => running.stop());
  return { url, output: running.output };
}

async function startApp(issuer, recorder, publicSettings) {
  const url = issuer.appUrl;
  const next = join(APP, 'node_modules/next/dist/bin/next');
  const running = await serve(process.execPath, [next, 'start', '-H', 'localhost', '-p', new URL(url).port], {
    cwd: APP,
    env: {
      ...publicSettings,
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      CLERK_SECRET_KEY: 'sk_test_local',
      CLERK_JWT_KEY: issuer.publicKeyPem,
      ANALYZER_URL: recorder.url,
    },
    url: `${url}/favicon.ico`,
  });
  closing.push(() => running.stop());
  return { url, output: running.output };
}
