import assert from 'node:assert/strict';

/** What is there when the page opens, and that nothing of it comes from elsewhere. */
export async function checkPage({ report: { section, check }, visitor, page: address }) {
  section('The page');
  const { context, page, complaints, asked, shown } = await visitor.arrive();
  await check('opens with Ada signed in and her first answer', async () => {
    assert.deepEqual(await shown(), { status: '200', code: '', step: 'store', also: '' });
    await page.getByText('is signed in for').waitFor();
  });
  await check('draws every step of the way in its order', async () => {
    const steps = await page.locator('.step').evaluateAll((all) => all.map(({ dataset }) => dataset.step));
    assert.deepEqual(steps, [
      ...['request id', 'address limit', 'credential', 'cache', 'strict parse', 'key', 'engine', 'claims'],
      ...['revocation', 'user', 'subject limit', 'scope, owner', 'handler', 'store'],
    ]);
  });
  await check(
    'shows the request with the token in three colours, and the answer with its headers',
    async () => {
      await page.locator('#request').getByText('Authorization:').waitFor();
      const parts = page.locator('#request [class^=in-]');
      const colours = await parts.evaluateAll((all) => all.map((part) => getComputedStyle(part).color));
      assert.equal(new Set(colours).size, 3);
      assert.match(await page.locator('#answer').textContent(), /^HTTP\/1\.1 200 OK\n.*RateLimit: /s);
    },
  );
  await check('decodes the token', async () => {
    const payload = JSON.parse(await page.getByLabel('Payload').inputValue());
    assert.equal(payload.sub, 'ada');
    assert.equal(JSON.parse(await page.getByLabel('Header').inputValue()).alg, 'RS256');
  });
  await check('asks nobody but the demo for anything', async () => {
    for (const url of asked) assert.ok(url.startsWith(`${address}/`), url);
    assert.ok(asked.length > 10);
  });
  await check('gives the browser nothing to complain of', async () => {
    assert.deepEqual(complaints, []);
  });
  await check('copies the request as a command with the whole token', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: address });
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(command, /^curl -i .*-H 'Authorization: Bearer [\w-]+\.[\w-]+\.[\w-]{300,}' 'http:\/\/127/);
  });
  await context.close();
}
