import { randomBytes } from 'node:crypto';
import { checkOwnSession } from './checks/own-session.mjs';
import { freePort } from './support/processes.mjs';
import { AUDIENCE, startProvider } from './support/provider.mjs';
import { startRecorder } from './support/recorder.mjs';
import { startService } from './support/service.mjs';
import { startApp } from './support/started-app.mjs';

/** Next 15 and a session of the app's own over an OpenID provider. */
export async function checkWithoutClerk({ closing, ...world }) {
  const appUrl = `http://127.0.0.1:${await freePort()}`;
  const provider = await startProvider(appUrl);
  closing.push(() => provider.close());
  const service = await startService({ AUTH_ISSUER: provider.url, AUTH_AUDIENCE: AUDIENCE });
  closing.push(() => service.close());
  const recorder = await startRecorder(service.url);
  closing.push(() => recorder.close());
  const app = await startApp('oidc', appUrl, {
    OIDC_ISSUER: provider.url,
    OIDC_CLIENT_ID: provider.client.id,
    OIDC_CLIENT_SECRET: provider.client.secret,
    APP_URL: appUrl,
    SESSION_PASSWORD: randomBytes(32).toString('base64'),
    ANALYZER_URL: recorder.url,
  });
  closing.push(() => app.close());
  await checkOwnSession({ ...world, provider, service, recorder, app });
}
