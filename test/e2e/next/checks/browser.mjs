import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { COOKIE } from '../support/issuer.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A person at the page: Chromium, the app, the issuer and the service, nothing in between pretended. */
export async function checkBrowser({ report, issuer, recorder, app, chromium, artifacts, appFolder }) {
  const playwright = createRequire(join(appFolder, 'package.json'))('playwright-core');
  const browser = await playwright.chromium.launch({ executablePath: chromium, args: FLAGS });
  try {
    const context = await browser.newContext({ viewport: { width: 1100, height: 780 } });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const picture = (name) => page.screenshot({ path: join(artifacts, `next-${name}.png`) });
    await drive({ report, issuer, recorder, app, context, page, picture });
  } finally {
    await browser.close();
  }
}

async function drive({ report, issuer, recorder, app, context, page, picture }) {
  const { check } = report;
  const module = (name) => page.getByTestId('module').filter({ hasText: name });
  const alert = page.getByRole('alert').filter({ has: page.locator('code') });
  const setCookie = (name, value) => context.addCookies([{ name, value, url: app.url }]);
  const sessionCookie = async () =>
    (await context.cookies(app.url)).find(({ name }) => name === COOKIE.session)?.value ?? '';
  const signIn = async (user) => {
    await page.goto(app.url);
    await page.getByRole('link', { name: `Continue as ${user}` }).click();
    await page.getByTestId('user').filter({ hasText: user }).waitFor();
  };

  report.section('In the browser');
  await check(
    'somebody who is not signed in is sent to the sign-in, and the service hears nothing',
    async () => {
      const { arrived } = await recorder.counting(() => page.goto(app.url));
      assert.ok(page.url().startsWith(`${issuer.url}/sign-in`), page.url());
      assert.equal(arrived, 0);
    },
  );
  await check('Grace signs in and finds no modules yet', async () => {
    await page.goto(app.url);
    await page.getByRole('link', { name: 'Continue as user_grace' }).click();
    await page.getByText('No modules yet').waitFor();
    assert.equal(await page.getByTestId('user').textContent(), 'user_grace');
    assert.equal(new URL(page.url()).search, '');
  });
  await check('she saves a module, and it stands in the list at version 1', async () => {
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is at version 1.').waitFor();
    await module('churn-by-region').getByText('v1').waitFor();
  });
  await check('she saves it again, and it is at version 2', async () => {
    await page.getByLabel('Data').fill('{ "title": "Churn by region", "window": "90d" }');
    await page.getByRole('button', { name: 'Save' }).click();
    await module('churn-by-region').getByText('v2').waitFor();
    await module('churn-by-region').getByText('90d').waitFor();
  });
  await check('she saves another one', async () => {
    await page.getByLabel('Module').fill('revenue-forecast');
    await page.getByLabel('Data').fill('{\n  "title": "Revenue forecast",\n  "horizon": 12\n}');
    await page.getByRole('button', { name: 'Save' }).click();
    await module('revenue-forecast').waitFor();
    assert.equal(await page.getByTestId('module').count(), 2);
    await picture('saved');
  });
  await check('both are there after a reload', async () => {
    await page.reload();
    await module('churn-by-region').waitFor();
    assert.equal(await page.getByTestId('module').count(), 2);
  });
  await check("another user's modules are refused, and the page says why", async () => {
    await page.getByLabel('Owner').fill('user_ada');
    await page.getByRole('button', { name: 'Show' }).click();
    await alert.getByText('not_owner').waitFor();
    assert.equal(await page.getByTestId('module').count(), 0);
    await picture('refused');
  });
  await check('an id that would leave its path is refused', async () => {
    await page.getByLabel('Owner').fill('../../user_modules/user/user_ada');
    await page.getByRole('button', { name: 'Show' }).click();
    await alert.waitFor();
    assert.equal(await page.getByTestId('module').count(), 0);
  });
  await check('a name that no module may have is refused by the service, and the page says so', async () => {
    await page.getByLabel('Module').fill('a name with spaces');
    await page.getByRole('button', { name: 'Save' }).click();
    await alert.getByText('invalid_body').waitFor();
  });
  await check('she deletes a module', async () => {
    await page.reload();
    await page.getByRole('button', { name: 'Delete revenue-forecast' }).click();
    await module('revenue-forecast').waitFor({ state: 'detached' });
  });
  const expired = async () => {
    const past = Math.floor(Date.now() / 1000) - 3600;
    const [, payload] = (await sessionCookie()).split('.');
    const { sid } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return issuer.token({ id: sid, user: 'user_grace' }, { iat: past, nbf: past, exp: past + 60 });
  };
  await check('her session expires while the tab sleeps: a click renews it and is answered', async () => {
    const stale = await expired();
    await setCookie(COOKIE.session, stale);
    const { arrived } = await recorder.counting(async () => {
      await page.getByLabel('Owner').fill('user_grace');
      const answered = page.waitForResponse(
        (response) => response.url().endsWith('/api/modules/user_grace') && response.ok(),
      );
      await page.getByRole('button', { name: 'Show' }).click();
      await answered;
    });
    await module('churn-by-region').waitFor();
    assert.notEqual(await sessionCookie(), stale);
    assert.equal(arrived, 1);
  });
  await check('her session expires and she reloads: Clerk renews it on the way', async () => {
    const stale = await expired();
    await setCookie(COOKIE.session, stale);
    await page.reload();
    await module('churn-by-region').waitFor();
    assert.notEqual(await sessionCookie(), stale);
  });
  await check('another site cannot save in her name', async () => {
    const intruder = await context.newPage();
    await intruder.goto(`${issuer.url.replace('localhost', '127.0.0.1')}/sign-in`).catch(() => undefined);
    await intruder.goto('data:text/html,<title>elsewhere</title>');
    const { arrived } = await recorder.counting(() =>
      intruder.evaluate(
        (url) =>
          globalThis
            .fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' })
            .catch(() => undefined),
        `${app.url}/api/sessions/revoke`,
      ),
    );
    await intruder.close();
    assert.equal(arrived, 0);
  });
  await check(
    'she signs out, and the token that she had is refused by the service from then on',
    async () => {
      const held = await sessionCookie();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      assert.equal(await sessionCookie(), '');
      await setCookie(COOKIE.session, held);
      await setCookie(COOKIE.clientUat, '1');
      const answer = await context.request.get(`${app.url}/api/modules/user_grace`);
      assert.deepEqual([answer.status(), (await answer.json()).code], [401, 'invalid_token']);
      await context.clearCookies();
    },
  );
  await check('Ada signs in at the same browser and sees none of it', async () => {
    await signIn('user_ada');
    await page.getByTestId('module').first().waitFor();
    assert.equal(await module('churn-by-region').count(), 0);
  });
}
