import assert from 'node:assert/strict';
import { JSON_TYPE, saving } from '../support/client.mjs';

const PAST = Math.floor(Date.now() / 1000) - 3600;

/** Tokens that the service refuses though the app's sign-in takes them; and, last, sessions that are ended. */
export async function checkSessions({ report, issuer, recorder, client, service, app }) {
  const { check } = report;
  const session = issuer.signIn('user_ada');
  const stale = issuer.token(session, { iat: PAST, nbf: PAST, exp: PAST + 60 });
  const renewing = (first, second) =>
    recorder.counting(() =>
      client('/api/checks/renewing', {
        ...saving('renewed'),
        headers: { ...JSON_TYPE, 'x-first-token': first, 'x-second-token': second },
      }),
    );

  report.section('A token that the service calls invalid');
  await check('is renewed once, and the save arrives whole', async () => {
    const { result, arrived } = await renewing(stale, issuer.token(session));
    assert.ok([200, 201].includes(result.status), result.text);
    assert.deepEqual([arrived, result.json().data], [2, { n: 1 }]);
  });
  await check('is not tried again when the other token is the same', async () => {
    const { result, arrived } = await renewing(stale, stale);
    assert.deepEqual([result.status, result.json().code, arrived], [401, 'invalid_token', 1]);
    assert.match(result.headers['www-authenticate'], /error="invalid_token"/);
  });
  await check('is never tried a third time', async () => {
    const { result, arrived } = await renewing(stale, issuer.token(session, { iat: PAST, exp: PAST + 61 }));
    assert.deepEqual([result.status, arrived], [401, 2]);
  });
  await check('is not replaced by one that cannot be sent', async () => {
    const { result, arrived } = await renewing(stale, 'two words');
    assert.deepEqual([result.status, arrived], [401, 1]);
  });

  report.section('Signing out');
  const revoking = issuer.signIn('user_ada');
  const other = issuer.signIn('user_ada');
  const held = issuer.cookies(revoking);
  await check('the session is revoked at the service: 204', async () => {
    assert.equal((await client('/api/modules/user_ada', { cookies: held })).status, 200);
    const answer = await client('/api/sessions/revoke', { method: 'POST', cookies: held });
    assert.deepEqual([answer.status, answer.text], [204, '']);
  });
  await check('its token, which Clerk still takes, is 401 from then on, asked for once', async () => {
    const { result, arrived } = await recorder.counting(() =>
      client('/api/modules/user_ada', { cookies: held }),
    );
    assert.deepEqual([result.status, result.json().code, arrived], [401, 'invalid_token', 1]);
  });
  await check('another token of the same session is 401 too', async () => {
    const answer = await client('/api/modules/user_ada', {
      cookies: issuer.cookies(revoking, issuer.token(revoking, { jti: 'x' })),
    });
    assert.equal(answer.json().code, 'invalid_token');
  });
  await check('another session of the same user goes on', async () => {
    assert.equal((await client('/api/modules/user_ada', { cookies: issuer.cookies(other) })).status, 200);
  });

  report.section('Logs');
  for (const [name, { output }] of Object.entries({ app, service })) {
    await check(`the ${name} has written no token`, () => assert.doesNotMatch(output(), /eyJ[\w-]{10,}\./));
  }
}
