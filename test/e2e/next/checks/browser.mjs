import assert from 'node:assert/strict';
import { newPerson } from '../support/person.mjs';

/** A person at the page: Chromium, the app, the issuer and the service, nothing in between pretended. */
export async function checkBrowser(world) {
  const person = await newPerson(world);
  world.report.section('In the browser');
  try {
    await checkSigningIn(world, person);
    await checkSaving(world, person);
    await checkRefusals(world, person);
    await checkExpiry(world, person);
    await checkSigningOut(world, person);
  } finally {
    await person.leave();
  }
}

async function checkSigningIn({ report: { check }, issuer, recorder, app }, { page, signIn }) {
  await check(
    'somebody who is not signed in is sent to the sign-in, and the service hears nothing',
    async () => {
      const { arrived } = await recorder.counting(() => page.goto(app.url));
      assert.ok(page.url().startsWith(`${issuer.url}/sign-in`), page.url());
      assert.equal(arrived, 0);
    },
  );
  await check('Grace signs in and finds no modules yet', async () => {
    await signIn('user_grace');
    await page.getByText('No modules yet').waitFor();
    assert.equal(page.url(), `${app.url}/`);
  });
}

async function checkSaving({ report: { check } }, { page, module, save, picture }) {
  await check('she saves a module, and it stands in the list at version 1', async () => {
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is at version 1.').waitFor();
    await module('churn-by-region').getByText('v1').waitFor();
  });
  await check('she saves it again, and it is at version 2', async () => {
    await save('churn-by-region', '{ "title": "Churn by region", "window": "90d" }');
    await module('churn-by-region').getByText('v2').waitFor();
    await module('churn-by-region').getByText('90d').waitFor();
  });
  await check('she saves another one', async () => {
    await save('revenue-forecast', '{\n  "title": "Revenue forecast",\n  "horizon": 12\n}');
    await module('revenue-forecast').waitFor();
    assert.equal(await module('').count(), 2);
    await picture('saved');
  });
  await check('both are there after a reload', async () => {
    await page.reload();
    await module('churn-by-region').waitFor();
    assert.equal(await module('').count(), 2);
  });
  await check('she deletes one', async () => {
    await page.getByRole('button', { name: 'Delete revenue-forecast' }).click();
    await module('revenue-forecast').waitFor({ state: 'detached' });
    assert.equal(await module('').count(), 1);
  });
}

async function checkRefusals({ report: { check }, issuer, recorder, app }, { context, module, ...person }) {
  await check("another user's modules are refused, and the page says why", async () => {
    await person.show('user_ada');
    await person.alert.getByText('not_owner').waitFor();
    assert.equal(await module('').count(), 0);
    await person.picture('refused');
  });
  await check('an id that would leave its path is refused', async () => {
    const answered = person.page.waitForResponse((response) => response.url().includes('/api/modules/'));
    await person.show('../../user_modules/user/user_ada');
    assert.equal((await answered).status(), 403);
    assert.equal(
      recorder.seen.at(-1).path,
      '/api/user_modules/user/..%2F..%2Fuser_modules%2Fuser%2Fuser_ada',
    );
    assert.equal(await module('').count(), 0);
  });
  await check('a name that no module may have is refused by the service, and the page says so', async () => {
    await person.save('a name with spaces', '{}');
    await person.alert.getByText('invalid_body').waitFor();
  });
  await check('a page of another site cannot send anything in her name', async () => {
    const intruder = await context.newPage();
    await intruder.goto(`${issuer.foreignUrl}/sign-in`);
    const { result, arrived } = await recorder.counting(() =>
      intruder.evaluate(attack, `${app.url}/api/sessions/revoke`),
    );
    await intruder.close();
    assert.deepEqual([result, arrived], ['sent', 0]);
  });
}

/** Runs in the intruder's page: a request that needs no preflight, with whatever cookies the browser lends it. */
function attack(url) {
  return globalThis.fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include' }).then(
    () => 'sent',
    (error) => String(error),
  );
}

async function checkExpiry({ report: { check }, recorder }, { page, module, show, expire, sessionCookie }) {
  await check('her session expires while the tab sleeps: a click renews it and is answered', async () => {
    await page.reload();
    await module('churn-by-region').waitFor();
    const stale = await expire();
    const { arrived } = await recorder.counting(async () => {
      const answered = page.waitForResponse(
        (response) => response.url().endsWith('/user_grace') && response.ok(),
      );
      await show('user_grace');
      await answered;
    });
    assert.notEqual(await sessionCookie(), stale);
    assert.equal(arrived, 1);
  });
  await check('her session expires and she reloads: Clerk renews it on the way', async () => {
    const stale = await expire();
    await page.reload();
    await module('churn-by-region').waitFor();
    assert.notEqual(await sessionCookie(), stale);
  });
}

async function checkSigningOut(
  { report: { check }, app },
  { context, page, module, signIn, sessionCookie, comeBack },
) {
  await check(
    'she signs out, and the token that she had is refused by the service from then on',
    async () => {
      const held = await sessionCookie();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      assert.equal(await sessionCookie(), '');
      await comeBack(held);
      const answer = await context.request.get(`${app.url}/api/modules/user_grace`);
      assert.deepEqual([answer.status(), (await answer.json()).code], [401, 'invalid_token']);
      await context.clearCookies();
    },
  );
  await check('Ada signs in at the same browser and sees none of it', async () => {
    await signIn('user_ada');
    await module('m1').first().waitFor();
    assert.equal(await module('churn-by-region').count(), 0);
  });
}
