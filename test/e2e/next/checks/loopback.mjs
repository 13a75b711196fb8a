import assert from 'node:assert/strict';
import { freePort } from '../support/processes.mjs';
import { startApp } from '../support/started-app.mjs';

/** `next start -H 127.0.0.1`: the address, where Next writes the name of the machine. */
export async function checkLoopback({ report, issuer, environment }) {
  const app = await startApp('clerk', `http://127.0.0.1:${await freePort()}`, environment);
  const ask = (path, cookie = '') =>
    fetch(app.url + path, { headers: { cookie }, redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  report.section('At 127.0.0.1');
  try {
    await report.check('a list passes', async () => {
      const answer = await ask('/api/modules/user_ada', issuer.cookies(issuer.signIn('user_ada')));
      assert.equal(answer.status, 200);
    });
    await report.check(
      'whoever is not signed in is refused, and the page sends them to the sign-in',
      async () => {
        assert.equal((await ask('/api/modules/user_ada')).status, 401);
        const page = await ask('/');
        assert.match(page.headers.get('location') ?? '', /\/sign-in\?|\/handshake\?/);
      },
    );
  } finally {
    await app.close();
  }
}
