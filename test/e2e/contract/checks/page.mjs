import assert from 'node:assert/strict';
import { chromium as browserType } from 'playwright-core';
import { findChromium } from '../../next/support/chromium.mjs';
import { watchedPage } from '../../support/watched-page.mjs';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const DESKTOP = { viewport: { width: 1360, height: 1000 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const SAVE = '#operations-modules-saveModule';

/** /docs in Chromium: what a person can do there, under its own policy. */
export async function checkPage({ report: { section, check }, service, artifacts }) {
  section('The page');
  const browser = await browserType.launch({ executablePath: await findChromium(), args: FLAGS });
  const visit = visitor(browser, service.url);
  try {
    await check('"try it out" saves a module with a token, and shows the answer', async () => {
      const { page, complaints, asked, leave } = await visit(DESKTOP);
      await page.screenshot({ path: `${artifacts}/docs-desktop.png` });
      await authorize(page, service.issuer.token({ sub: 'visitor' }));
      await execute(page);
      assert.equal(
        await page.locator(`${SAVE} .live-responses-table tbody .response-col_status`).textContent(),
        '201',
      );
      assert.match(await page.locator(`${SAVE} .live-responses-table`).textContent(), /"userId": "visitor"/);
      assert.deepEqual(complaints, []);
      for (const url of asked) assert.ok(url.startsWith(service.url) || url.startsWith('data:'), url);
      await leave();
    });
    await check('shows no other document, whatever its address says', async () => {
      const query = '?url=/health/live&configUrl=/health/live&urls.primaryName=x';
      const { page, asked, leave } = await visit(DESKTOP, query);
      assert.equal(await page.locator('.info .title').textContent(), 'Analyzer service 1.0.0 OAS 3.1');
      assert.deepEqual(
        asked.filter((url) => url.includes('/health')),
        [`${service.url}/docs${query}`],
      );
      await leave();
    });
    for (const [name, options] of [
      ['phone', PHONE],
      ['dark', { ...DESKTOP, colorScheme: 'dark' }],
    ]) {
      await check(`fits the screen: ${name}`, async () => {
        const { page, complaints, leave } = await visit(options);
        await open(page);
        const [content, screen] = await page.evaluate(() => [
          globalThis.document.body.scrollWidth,
          globalThis.innerWidth,
        ]);
        assert.ok(content <= screen, `${content} px on a screen of ${screen} px`);
        await page.screenshot({ path: `${artifacts}/docs-${name}.png` });
        assert.deepEqual(complaints, []);
        await leave();
      });
    }
  } finally {
    await browser.close();
  }
}

function visitor(browser, url) {
  return async function visit(options, query = '') {
    const { context, page, complaints, asked } = await watchedPage(browser, options);
    await page.goto(`${url}/docs${query}`);
    await page.locator('.opblock').first().waitFor();
    return { page, complaints, asked, leave: () => context.close() };
  };
}

async function authorize(page, token) {
  await page.locator('.auth-wrapper .authorize').click();
  await page.locator('#auth-bearer-value').fill(token);
  const form = page.locator('.auth-container').first();
  await form.getByRole('button', { name: 'Apply credentials' }).click();
  await form.getByRole('button', { name: 'Close' }).click();
}

async function open(page) {
  await page.locator(`${SAVE} .opblock-summary-control`).click();
  await page.locator(`${SAVE} .responses-table`).first().waitFor();
}

async function execute(page) {
  await open(page);
  await page.getByPlaceholder('If-Match').fill('');
  await page.locator(`${SAVE} .execute`).click();
  await page.locator(`${SAVE} .live-responses-table`).waitFor();
}
