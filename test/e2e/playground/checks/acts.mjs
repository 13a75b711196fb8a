import assert from 'node:assert/strict';

const answer = (status, code, step) => ({ status, code, step });

/** Each button, and the step that decided what came of it. */
export async function checkActs({ report: { section, check }, visitor }) {
  section('The acts');
  const tab = await visitor.arrive();
  const { context, page, complaints, press, shown, earlier } = tab;
  const gives = (name, ...expected) =>
    check(`${name}: ${expected.join(' ')}`, async () => {
      await press(name);
      const { status, code, step } = await shown();
      assert.deepEqual({ status, code, step }, answer(...expected));
    });

  await gives('Save a module', '201', '', 'store');
  await gives('Save a module', '200', '', 'store');
  await gives('List own', '200', '', 'store');
  await check('what was saved is in the list, and the cache knew the token', async () => {
    assert.match(await page.locator('#answer').textContent(), /"moduleId": "notes"/);
    const outcomes = await page
      .locator('.inside .step')
      .evaluateAll((all) => all.map(({ dataset }) => dataset.outcome));
    assert.deepEqual(outcomes, ['skipped', 'skipped', 'skipped', 'skipped']);
  });
  await gives('List Bob’s', '403', 'not_owner', 'scope, owner');
  await gives('Who am I', '200', '', 'handler');

  await gives('alg none', '401', 'invalid_token', 'strict parse');
  await gives('Another kid', '401', 'invalid_token', 'key');
  await gives('Claim to be Bob', '401', 'invalid_token', 'engine');
  await gives('Bend signature', '401', 'invalid_token', 'engine');
  await checkEditing(tab, check);

  await check('sends nothing, and is refused for that', async () => {
    await page.getByRole('radio', { name: 'Nothing' }).check();
    await press('List own');
    const { status, code, step } = await shown();
    assert.deepEqual({ status, code, step }, answer('401', 'missing_credentials', 'credential'));
    await page.getByRole('radio', { name: 'Token' }).check();
  });

  await gives('Make one', '201', '', 'store');
  await gives('List with it', '200', '', 'store');
  await gives('Make another', '403', 'token_required', 'scope, owner');
  // It is in the cache still, so what refuses it is its revocation.
  await gives('Delete it', '401', 'invalid_token', 'revocation');

  await gives('Rotate its key', '200', '', 'store');
  await gives('Replace its key', '401', 'invalid_token', 'key');
  await check('the token of the new key passed before', async () => {
    assert.match((await earlier())[1], /^200/);
  });
  await gives('Flood it', '401', 'invalid_token', 'key');
  await check('the flood says how often the issuer was asked', async () => {
    assert.match(await page.locator('#act').textContent(), /50 × 401 invalid_token/);
    assert.match((await shown()).also, /asked the issuer for its keys (once|\d times)/);
  });

  await gives('This session', '401', 'invalid_token', 'revocation');
  await gives('Sign in as Bob', '200', '', 'store');
  await gives('All, as an admin', '401', 'invalid_token', 'revocation');
  await check('the administrator was answered 204', async () => {
    assert.match((await earlier())[1], /^204/);
  });
  await gives('Sign in as Ada', '200', '', 'store');
  await gives('Let a token expire', '401', 'invalid_token', 'claims');
  await check('it had passed before', async () => {
    assert.match((await earlier())[1], /^200/);
    assert.match(await page.locator('.step.decided').textContent(), /expired/);
  });
  await gives('Sign in as Ada', '200', '', 'store');
  await checkOutage(tab, check);
  await check('an earlier answer can be seen again', async () => {
    await page.locator('#history button').nth(2).click();
    assert.equal(await page.locator('#history [aria-current]').count(), 1);
    assert.ok(
      await page
        .locator('#history button')
        .nth(2)
        .evaluate((button) => button === document.activeElement),
    );
  });
  await check('gave the browser nothing to complain of', async () => {
    assert.deepEqual(
      complaints.filter((text) => !/status of (400|500)/.test(text)),
      [],
    );
  });
  await context.close();
}

async function checkEditing({ page, press, shown }, check) {
  await check('a part that was edited by hand is sent as it is, and can be undone', async () => {
    await press('Undo the changes');
    const payload = page.getByLabel('Payload');
    const original = await payload.inputValue();
    await payload.fill('not JSON');
    await page.getByText('Changed: payload.').waitFor();
    await press('Send it');
    const { status, step } = await shown();
    assert.deepEqual({ status, step }, { status: '401', step: 'strict parse' });
    await press('Undo the changes');
    assert.equal(await payload.inputValue(), original);
    await press('Send it');
    assert.equal((await shown()).status, '200');
  });
  await check('what no header can hold is not sent, and the page says so', async () => {
    await page.getByLabel('Signature').fill('é');
    await page.getByRole('button', { name: 'Send it' }).click();
    await page.getByText('Not sent').waitFor();
    await press('Undo the changes');
  });
}

async function checkOutage({ page, press, shown }, check) {
  await check('the issuer is down, and its keys are used on while they are young enough', async () => {
    await press('Take it down');
    assert.equal((await shown()).status, '200');
    await page.locator('#issuer').getByText('down').waitFor();
  });
  await check('while it is down nobody signs in', async () => {
    await page.getByRole('button', { name: 'Sign in as Bob' }).click();
    await page.getByText('The issuer is down, so nobody can sign in.').waitFor();
  });
  await check('once they are too old the answer is 503, decided by the key', async () => {
    await page.locator('#issuer').getByText('too old to be used').waitFor({ timeout: 40_000 });
    await press('List own');
    const { status, code, step } = await shown();
    assert.deepEqual({ status, code, step }, answer('503', 'keys_unavailable', 'key'));
    assert.match(await page.locator('#answer').textContent(), /Retry-After: \d/);
  });
  await check('it is back, and so are its users', async () => {
    await press('Bring it back');
    await page.locator('#issuer').getByText('fresh').waitFor({ timeout: 40_000 });
    await press('List own');
    assert.equal((await shown()).status, '200');
  });
}
