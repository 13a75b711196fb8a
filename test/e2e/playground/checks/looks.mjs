import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DESKTOP, PHONE } from '../visitor.mjs';

const FORMS = {
  desktop: DESKTOP,
  dark: { ...DESKTOP, colorScheme: 'dark' },
  phone: PHONE,
  'phone-dark': { ...PHONE, colorScheme: 'dark' },
};

/** What axe says, in light and dark and at both widths, of an answer that lets through and one that refuses. */
export async function checkLooks({ report: { section, check }, visitor, artifacts }) {
  section('The looks');
  for (const [name, form] of Object.entries(FORMS)) {
    const { context, page, press, audit } = await visitor.arrive(form);
    await check(`${name}: axe finds nothing where a request passed`, async () => {
      assert.deepEqual(await audit(), []);
    });
    await press('Claim to be Bob');
    await check(`${name}: axe finds nothing where it was refused`, async () => {
      assert.deepEqual(await audit(), []);
    });
    await check(`${name}: nothing is wider than the window`, async () => {
      const [content, window] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.ok(content <= window, `${content} of ${window}`);
    });
    await page.screenshot({ path: join(artifacts, `playground-${name}.png`), fullPage: name === 'desktop' });
    await context.close();
  }
  await checkPhone({ check, visitor, artifacts });
  await checkKeyboard({ check, visitor });
  await checkTheme({ check, visitor });
}

async function checkPhone({ check, visitor, artifacts }) {
  const { context, page, press } = await visitor.arrive(PHONE);
  await check('on a phone the outcome stands below the buttons, and leads to the answer', async () => {
    await press('List Bob’s');
    const bar = page.locator('#bar');
    assert.match(await bar.textContent(), /403.*not_owner/);
    await bar.click();
    await bar.waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement.id), 'result');
    await page.screenshot({ path: join(artifacts, 'playground-phone-answer.png') });
  });
  await check('on a phone every button is high enough for a finger', async () => {
    const heights = await page
      .locator('.acts button')
      .evaluateAll((all) => all.map((button) => button.offsetHeight));
    assert.ok(Math.min(...heights) >= 44, String(heights));
  });
  await context.close();
}

async function checkKeyboard({ check, visitor }) {
  const { context, page, shown } = await visitor.arrive();
  await check('by keyboard alone: to a button, press it, stay there, and see where one is', async () => {
    await page.evaluate(() => document.activeElement.blur());
    for (let steps = 0; steps < 40; steps += 1) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const { dataset, type } = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        return { act: dataset.act, type, outlineStyle, outlineWidth };
      });
      assert.notEqual(at.outlineStyle, 'none', JSON.stringify(at));
      assert.ok(parseFloat(at.outlineWidth) >= 2, JSON.stringify(at));
      if (at.act === 'bendSignature') break;
    }
    await page.keyboard.press('Enter');
    await page.locator('#code').getByText('invalid_token').waitFor();
    assert.equal((await shown()).step, 'engine');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.act), 'bendSignature');
  });
  await check('the outcome is announced', async () => {
    const line = page.getByRole('status');
    assert.equal(await line.getAttribute('aria-live'), 'polite');
    assert.equal(await line.getAttribute('aria-atomic'), 'true');
    assert.match(await line.textContent(), /401.*invalid_token.*Refused by engine/s);
  });
  await context.close();
}

async function checkTheme({ check, visitor }) {
  const { context, page } = await visitor.arrive({ ...DESKTOP, colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await check('the theme is the system’s until it is chosen here, and the choice is kept', async () => {
    const light = await ground();
    const toggle = page.getByRole('button', { name: 'Dark' });
    assert.equal(await toggle.getAttribute('aria-pressed'), 'false');
    await toggle.click();
    assert.equal(await toggle.getAttribute('aria-pressed'), 'true');
    const dark = await ground();
    assert.notEqual(dark, light);
    await page.reload();
    assert.equal(await ground(), dark);
    await page.getByRole('button', { name: 'Dark' }).click();
    assert.equal(await ground(), light);
  });
  await context.close();
}
