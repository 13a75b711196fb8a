import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { saving } from '../support/client.mjs';
import { newPerson } from '../support/person.mjs';
import { sendWebhook } from '../support/webhooks.mjs';

const MARY = 'user_mary';
const MODULE = 'churn-by-region';

/** One person and one open page, while everything behind it happens that can. */
export async function checkWholeFlow(world) {
  const mary = await newPerson(world);
  world.report.section('One page, and what happens behind it');
  try {
    await checkSaving(world, mary);
    await checkTwoAtOnce(world, mary);
    await checkStepUp(world, mary);
    await checkServiceDown(world, mary);
    await checkIssuerDown(world, mary);
    await checkRevoked(world, mary);
    await checkErased(world, mary);
  } finally {
    await mary.leave();
  }
}

async function checkSaving({ report: { check }, recorder, issuer }, mary) {
  const { page, module, save, picture, signIn, sessionCookie, useToken } = mary;
  await check(
    'Mary signs in, and what she saves is drawn before the service has it, without a version',
    async () => {
      const { arrived } = await recorder.counting(async () => {
        await signIn(MARY);
        await page.getByText('No modules yet').waitFor();
      });
      assert.equal(arrived, 1);
      await picture('signed-in');
      await recorder.holding(async () => {
        await page.getByRole('button', { name: 'Save' }).click();
        await module(MODULE).getByText('saving…').waitFor();
        assert.doesNotMatch(await module(MODULE).innerText(), /v\d|undefined/);
        await picture('saving');
      });
      await module(MODULE).getByText('v1').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Saving…' }).count(), 0);
    },
  );
  await check('her token expires while a save is on its way: it is renewed, and saved once', async () => {
    const { sub, sid } = claimsOf(await sessionCookie());
    const exp = Math.floor(Date.now() / 1000) + 4;
    await useToken(issuer.token({ id: sid, user: sub }, { exp }));
    const before = recorder.seen.length;
    await recorder.holding(async () => {
      await save(MODULE, '{ "window": "90d" }');
      await until(() => recorder.seen.length > before);
      await until(() => Date.now() > (exp + 1) * 1000);
    });
    await module(MODULE).getByText('v2').waitFor();
    assert.notEqual(claimsOf(await sessionCookie()).exp, exp);
    assert.deepEqual(
      recorder.seen.slice(before).map(({ method }) => method),
      ['POST', 'POST'],
    );
  });
}

async function checkTwoAtOnce(
  { report: { check }, client, issuer, recorder },
  { page, module, save, picture },
) {
  const elsewhere = { cookies: issuer.cookies(issuer.signIn(MARY)) };
  const saveElsewhere = async (data) => {
    const answer = await client('/api/modules', { ...saving(MODULE, data), ...elsewhere });
    assert.equal(answer.status, 200, answer.text);
  };
  const kept = async () => (await client(`/api/modules/${MARY}/${MODULE}`, elsewhere)).json();
  await check(
    'she saves over what another device saved meanwhile: she is shown it, and nothing is lost',
    async () => {
      await saveElsewhere({ from: 'elsewhere' });
      await save(MODULE, '{ "from": "here" }');
      const conflict = page.getByRole('alert').filter({ hasText: 'has changed since you read it' });
      await conflict.getByText('"elsewhere"').waitFor();
      await conflict.getByText('version 3').waitFor();
      await module(MODULE).getByText('v2').waitFor();
      await picture('conflict');
      assert.deepEqual((await kept()).data, { from: 'elsewhere' });
    },
  );
  await check('she saves hers over it, unless that has changed again', async () => {
    await saveElsewhere({ from: 'elsewhere again' });
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByRole('alert').getByText('version 4').waitFor();
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await module(MODULE).getByText('v5').waitFor();
    assert.deepEqual((await kept()).data, { from: 'here' });
  });
  await check('or she takes theirs, after a reload too, when her page knows no ETag', async () => {
    await page.reload();
    await module(MODULE).getByText('v5').waitFor();
    await saveElsewhere({ from: 'elsewhere' });
    await save(MODULE, '{ "from": "here" }');
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await module(MODULE).getByText('v6').waitFor();
    await module(MODULE).getByText('elsewhere').waitFor();
  });
  for (const status of [429, 503]) {
    await check(
      `the service answers ${status}, to be asked again in a second: her save waits, and arrives`,
      async () => {
        const busy = (response) => response.writeHead(status, { 'retry-after': '1' }).end();
        await recorder.failing(busy, async () => {
          await save(MODULE, `{ "after": ${status} }`);
          await page.getByText('It is asked again in 1 s.').waitFor();
        });
        await module(MODULE).getByText(`${status}`).waitFor();
        await page.getByText('It is at version').waitFor();
      },
    );
  }
}

/** Stands for a service that wants a sign-in of the last five minutes for what cannot be undone. */
function demanding(response) {
  const { fva } = claimsOf(response.req.headers.authorization);
  const challenge = 'Bearer realm="api", error="insufficient_user_authentication", max_age="300"';
  if (fva[0] > 5) response.writeHead(401, { 'www-authenticate': challenge }).end();
  else response.writeHead(204).end();
}

async function checkStepUp(
  { report: { check }, issuer, recorder },
  { page, module, sessionCookie, useToken },
) {
  await check(
    'the service wants a fresher sign-in: Clerk asks her for it, and her delete is repeated',
    async () => {
      const { sub, sid } = claimsOf(await sessionCookie());
      await useToken(issuer.token({ id: sid, user: sub }, { fva: [30, -1] }));
      const { arrived } = await recorder.counting(() =>
        recorder.failing(demanding, async () => {
          await page.getByRole('button', { name: `Delete ${MODULE}` }).click();
          await module(MODULE).waitFor({ state: 'detached' });
        }),
      );
      assert.deepEqual(
        [arrived, await page.evaluate(() => globalThis.Clerk.reverified)],
        [2, ['first_factor']],
      );
      await page.reload();
      // What stood for the service deleted nothing.
      await module(MODULE).waitFor();
    },
  );
}

async function checkServiceDown({ report: { check }, service }, { page, module, save, alert, picture }) {
  await check(
    'the service is stopped: her save is refused and says so, and the list is as it was',
    async () => {
      await service.stop();
      await save(MODULE, '{ "while": "down" }');
      await alert.getByText('upstream_unreachable').waitFor();
      await alert.getByText('Failed to communicate with analyzer service').waitFor();
      assert.doesNotMatch(await module(MODULE).innerText(), /down|saving/);
      await picture('service-down');
    },
  );
  await check('it starts again: the same click saves', async () => {
    await service.start();
    await page.getByRole('button', { name: 'Save' }).click();
    await module(MODULE).getByText('down').waitFor();
    await page.getByText('It is at version').waitFor();
  });
}

async function checkIssuerDown(
  { report: { check }, service, issuer },
  { page, module, save, picture, ...mary },
) {
  // Longer than all of this takes: her token cannot be renewed meanwhile.
  const { sub, sid } = claimsOf(await mary.sessionCookie());
  await mary.useToken(issuer.token({ id: sid, user: sub }, { exp: Math.floor(Date.now() / 1000) + 600 }));
  await check('the issuer is down: its keys are known, and her save passes', async () => {
    await issuer.down();
    await save(MODULE, '{ "issuer": "down" }');
    await page.getByText('It is at version').waitFor();
  });
  await check(
    'the service starts without knowing them: her save waits for the issuer, and arrives',
    async () => {
      await service.stop();
      await service.start('/health/live');
      await save(MODULE, '{ "issuer": "up" }');
      await page.getByText('The service cannot answer yet').waitFor();
      await picture('issuer-down');
      await issuer.up();
      await page.getByText('It is at version').waitFor({ timeout: 30_000 });
      await module(MODULE).getByText('up').waitFor();
    },
  );
}

async function checkRevoked(
  { report: { check }, service, issuer, recorder },
  { page, module, save, alert, sessionCookie },
) {
  await check(
    'her session is revoked at Clerk: her next save is refused, though her token is still good',
    async () => {
      const { sid, exp } = claimsOf(await sessionCookie());
      issuer.endSessions(MARY);
      await sendWebhook(service, 'session.revoked', { id: sid, user_id: MARY, status: 'revoked' });
      const { arrived } = await recorder.counting(async () => {
        await save(MODULE, '{ "after": "the end" }');
        await alert.getByText('invalid_token').waitFor();
      });
      assert.ok(exp > Date.now() / 1000);
      assert.equal(arrived, 1);
    },
  );
  await check('she signs in again from there, and her modules are there', async () => {
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByRole('link', { name: `Continue as ${MARY}` }).click();
    await module(MODULE).getByText('up').waitFor();
  });
}

async function checkErased({ report: { check }, service, issuer }, { page, module, save, alert, picture }) {
  await check('she is deleted at Clerk while her page is open: it can do nothing any more', async () => {
    issuer.endSessions(MARY);
    await sendWebhook(service, 'user.deleted', { id: MARY, object: 'user', deleted: true });
    await save(MODULE, '{ "after": "all" }');
    await alert.getByText('invalid_token').waitFor();
    await picture('erased');
  });
  await check('whoever has her name afterwards finds nothing of hers', async () => {
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByRole('link', { name: `Continue as ${MARY}` }).click();
    // By clocks that may differ by five seconds, a token of so soon after the erasure may be from before it: it is refused.
    const none = page.getByText('No modules yet');
    const isThere = () =>
      none.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    for (let tries = 0; tries < 6 && !(await isThere()); tries += 1) await page.reload();
    assert.ok(await none.isVisible());
    assert.equal(await module('').count(), 0);
  });
}

function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

async function until(holds) {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 300) assert.fail('it did not happen within 15 s');
    await sleep(50);
  }
}
