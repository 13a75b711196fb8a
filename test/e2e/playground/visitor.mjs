import axe from 'axe-core';
import { chromium as browserType } from 'playwright-core';
import { watchedPage } from '../support/watched-page.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const DESKTOP = { viewport: { width: 1360, height: 900 } };
export const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

/** Somebody with a browser at the playground. */
export async function openVisitor(executablePath, address) {
  const browser = await browserType.launch({ executablePath, args: FLAGS });
  return {
    leave: () => browser.close(),
    /** A fresh tab, once its first answer is there; `complaints` is what the browser found wrong with the page. */
    async arrive(options = DESKTOP) {
      const { context, page, complaints, asked } = await watchedPage(browser, options);
      await page.goto(address);
      await settled(page);
      return { context, page, complaints, asked, ...doing(page) };
    },
  };
}

function doing(page) {
  return {
    /** Presses a button by its name, and waits for its last answer. */
    async press(name) {
      await page.getByRole('button', { name, exact: true }).click();
      await settled(page);
    },
    /** Status, code and the step that decided, as the page shows them. */
    async shown() {
      const decided = page.locator('.step.decided');
      return {
        status: (await page.locator('#status').textContent()).split(' ')[0],
        code: await page.locator('#code').textContent(),
        step: (await decided.count()) === 1 ? await decided.getAttribute('data-step') : undefined,
        also: await page.locator('#also').textContent(),
      };
    },
    /** The statuses and titles of earlier answers, the last one first. */
    earlier: () => page.locator('#history button').allTextContents(),
    /** What axe finds against WCAG 2.2 AA and its own best practices. */
    async audit() {
      // Not yet drawn steps have no contrast.
      await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document));
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
    },
  };
}

/** An act ends when the result is busy no more. */
async function settled(page) {
  await page.locator('#result[aria-busy=false]').waitFor();
  await page.locator('.step.decided').waitFor();
}
