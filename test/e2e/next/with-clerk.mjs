import { checkBrowser } from './checks/browser.mjs';
import { checkBypasses } from './checks/bypasses.mjs';
import { checkFailures } from './checks/failures.mjs';
import { checkLoopback } from './checks/loopback.mjs';
import { checkPassing } from './checks/passing.mjs';
import { checkRefusing } from './checks/refusing.mjs';
import { checkSessions } from './checks/sessions.mjs';
import { checkWholeFlow } from './checks/whole-flow.mjs';
import { newClient } from './support/client.mjs';
import { PUBLISHABLE_KEY, startIssuer } from './support/issuer.mjs';
import { lastBuild } from './support/made-app.mjs';
import { freePort } from './support/processes.mjs';
import { startRecorder } from './support/recorder.mjs';
import { startService } from './support/service.mjs';
import { WEBHOOK_SECRET } from './support/webhooks.mjs';
import { startApp } from './support/started-app.mjs';

/** What stands in for the Clerk instance, and the public settings that name it, which are part of a build. */
export async function openClerk(closing) {
  const appUrl = `http://localhost:${await freePort()}`;
  const { issuerPort = 0 } = lastBuild('clerk');
  const issuer = await startIssuer(issuerPort, appUrl).catch(() => startIssuer(0, appUrl));
  closing.push(() => issuer.close());
  return { issuer, environment: publicSettings(issuer), remember: { issuerPort: issuer.port } };
}

function publicSettings({ url }) {
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

/** Next 16 and Clerk: what the proxy does, and a person at the page. */
export async function checkWithClerk({ issuer, environment }, { closing, ...world }) {
  const service = await startService({
    AUTH_ISSUER: issuer.url,
    AUTH_PROVIDER: 'clerk',
    AUTH_AUTHORIZED_PARTIES: issuer.appUrl,
    AUTH_CLOCK_TOLERANCE_SECONDS: '0',
    CLERK_WEBHOOK_SECRET: WEBHOOK_SECRET,
  });
  closing.push(() => service.close());
  const recorder = await startRecorder(service.url);
  closing.push(() => recorder.close());
  const ofApp = {
    ...environment,
    CLERK_SECRET_KEY: 'sk_test_local',
    CLERK_JWT_KEY: issuer.publicKeyPem,
    ANALYZER_URL: recorder.url,
  };
  const app = await startApp('clerk', issuer.appUrl, ofApp);
  closing.push(() => app.close());
  const here = { ...world, issuer, recorder, app, service, client: newClient(app.url) };
  await checkPassing(here);
  await checkRefusing(here);
  await checkFailures(here);
  await checkBypasses(here);
  await checkBrowser(here);
  await checkWholeFlow(here);
  await checkSessions(here);
  await checkLoopback({ ...here, environment: ofApp });
}
