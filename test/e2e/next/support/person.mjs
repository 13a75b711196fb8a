import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { COOKIE } from './issuer.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Somebody with a browser: what they do at the page, and what happens to their cookies behind their back. */
export async function newPerson({ app, issuer, chromium: executablePath, artifacts }) {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1100, height: 780 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return {
    context,
    page,
    ...actions(page, app),
    ...cookies(context, app, issuer),
    picture: (name) => page.screenshot({ path: join(artifacts, `next-${name}.png`) }),
    leave: () => browser.close(),
  };
}

function actions(page, app) {
  return {
    /** A module in the list by a text in it; all of them by the empty one. */
    module: (text) => page.getByTestId('module').filter({ hasText: text }),
    alert: page.getByRole('alert').filter({ has: page.locator('code') }),
    async signIn(user) {
      await page.goto(app.url);
      await page.getByRole('link', { name: `Continue as ${user}` }).click();
      await page.getByTestId('user').filter({ hasText: user }).waitFor();
    },
    async save(moduleId, data) {
      await page.getByLabel('Module').fill(moduleId);
      await page.getByLabel('Data').fill(data);
      await page.getByRole('button', { name: 'Save' }).click();
    },
    async show(owner) {
      await page.getByLabel('Owner').fill(owner);
      await page.getByRole('button', { name: 'Show' }).click();
    },
  };
}

function cookies(context, app, issuer) {
  const set = (name, value) => context.addCookies([{ name, value, url: app.url }]);
  const sessionCookie = async () =>
    (await context.cookies(app.url)).find(({ name }) => name === COOKIE.session)?.value ?? '';
  return {
    sessionCookie,
    useToken: (token) => set(COOKIE.session, token),
    /** The session stays, its token is an hour old: as after a tab has slept. */
    async expire() {
      const [, payload] = (await sessionCookie()).split('.');
      const { sid, sub } = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const past = Math.floor(Date.now() / 1000) - 3600;
      const stale = issuer.token({ id: sid, user: sub }, { iat: past, nbf: past, exp: past + 60 });
      await set(COOKIE.session, stale);
      return stale;
    },
    /** Somebody kept the token and puts it back after the sign-out. */
    async comeBack(held) {
      await set(COOKIE.session, held);
      await set(COOKIE.clientUat, '1');
    },
  };
}
