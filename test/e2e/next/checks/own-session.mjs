import assert from 'node:assert/strict';
import { newPerson } from '../support/person.mjs';

/** A person at the page of the app without Clerk, which renews tokens at its server. */
export async function checkOwnSession(world) {
  const person = await newPerson(world);
  world.report.section('Without Clerk, in the browser');
  try {
    await checkSigningIn(world, person);
    await checkExpiry(world, person);
    await checkSigningOut(world, person);
  } finally {
    await person.leave();
  }
}

/** At the provider's own pages: any name will do, and any password. */
async function signIn({ page }, app, name) {
  await page.goto(app.url);
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('x');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function checkSigningIn({ report: { check }, app, recorder }, person) {
  const { page, module } = person;
  await check('Grace signs in at the provider, and finds no modules yet', async () => {
    const { arrived } = await recorder.counting(() => page.goto(app.url));
    assert.equal(arrived, 0);
    await signIn(person, app, 'grace');
    await page.getByText('No modules yet').waitFor();
    assert.equal(page.url(), `${app.url}/`);
  });
  await check('she saves a module, and it is there after a reload', async () => {
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is at version 1.').waitFor();
    await page.reload();
    await module('churn-by-region').getByText('v1').waitFor();
  });
  await check('her token is in no script, and in no answer', async () => {
    const seen = await page.evaluate(() => globalThis.document.cookie);
    assert.equal(seen, '');
    assert.match(recorder.seen.at(-1).headers.authorization, /^Bearer eyJ/);
    assert.doesNotMatch(await page.content(), /eyJ[\w-]{10,}\./);
  });
}

async function checkExpiry({ report: { check }, app, provider, recorder }, { context, save, module }) {
  await check('her token expires: her next save is answered, and she notices nothing', async () => {
    await expire({ app, provider }, context);
    const { arrived } = await recorder.counting(async () => {
      await save('churn-by-region', '{ "window": "90d" }');
      await module('churn-by-region').getByText('v2').waitFor();
    });
    // Read with the old token and again with the new one, then saved.
    assert.equal(arrived, 3);
  });
  await check(
    'of two requests at once with an expired token one refreshes it, and both are answered',
    async () => {
      await expire({ app, provider }, context);
      const before = provider.refreshed;
      const list = () => context.request.get(`${app.url}/api/modules/grace`);
      const answers = await Promise.all([list(), list()]);
      assert.deepEqual(
        answers.map((answer) => answer.status()),
        [200, 200],
      );
      assert.equal(provider.refreshed - before, 1);
    },
  );
}

/** Behind the page's back the browser gets another session of hers, whose token is an old one. */
async function expire({ provider, app }, context) {
  provider.stale = true;
  const answer = await context.request.get(`${app.url}/session/sign-in`);
  provider.stale = false;
  assert.equal(answer.url(), `${app.url}/`);
}

async function checkSigningOut({ report: { check }, app, service }, { context, page }) {
  await check("another site's form signs nobody out: without the cookie none is removed", async () => {
    const answer = await fetch(`${app.url}/session/sign-out`, { method: 'POST', redirect: 'manual' });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('set-cookie'), null);
  });
  for (const [name, query] of [
    ['the provider says that she refused', 'error=access_denied'],
    ['the answer is to another sign-in', 'code=x&state=of-another-tab'],
  ]) {
    await check(`${name}: no error of the server, and she may sign in again`, async () => {
      await context.request.get(`${app.url}/session/sign-in`, { maxRedirects: 0 });
      const answer = await context.request.get(`${app.url}/session/callback?${query}`);
      assert.deepEqual([answer.status(), answer.url()], [200, `${app.url}/signed-out`]);
    });
  }
  await check('she signs out, and the cookie that she had is worth nothing from then on', async () => {
    const [held] = await context.cookies(app.url);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Signed out' }).waitFor();
    assert.deepEqual(await context.cookies(app.url), []);
    await context.addCookies([held]);
    const answer = await context.request.get(`${app.url}/api/modules/grace`);
    assert.deepEqual([answer.status(), (await answer.json()).code], [401, 'invalid_token']);
  });
  for (const [name, { output }] of Object.entries({ app, service })) {
    await check(`the ${name} has written no token`, () => assert.doesNotMatch(output(), /eyJ[\w-]{10,}\./));
  }
}
