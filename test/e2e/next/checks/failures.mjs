import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertProblem } from '../support/client.mjs';

const TITLE = 'Failed to communicate with analyzer service';

/** What the app answers when the service misbehaves, and what it does about browsers that leave. */
export async function checkFailures({ report, issuer, recorder, client }) {
  const { check } = report;
  const cookies = issuer.cookies(issuer.signIn('user_ada'));
  const list = (path = '/api/modules/user_ada', more = {}) => client(path, { cookies, ...more });
  const impatient = '/api/checks/impatient/user_ada';
  const problem = async (misbehave, path, status, code) => {
    const answer = await recorder.failing(misbehave, () => list(path));
    assertProblem(answer, status, code);
    assert.equal(answer.json().title, TITLE);
    return answer;
  };

  report.section('When the service misbehaves');
  await check('hanging up is 502', () =>
    problem((response) => response.socket.destroy(), undefined, 502, 'upstream_unreachable'),
  );
  await check('hanging up is 502 on the edge runtime', () =>
    problem(
      (response) => response.socket.destroy(),
      '/api/checks/edge/user_ada',
      502,
      'upstream_unreachable',
    ),
  );
  await check('a redirect is 502 and is not followed', async () => {
    const before = recorder.seen.length;
    const redirect = (response) => response.writeHead(302, { location: 'http://evil.example/' }).end();
    const answer = await problem(redirect, undefined, 502, 'upstream_redirect');
    assert.equal(answer.headers.location, undefined);
    assert.equal(recorder.seen.length, before + 1);
  });
  await check('a redirect is 502 on the edge runtime', () =>
    problem(
      (response) => response.writeHead(308, { location: '/' }).end(),
      '/api/checks/edge/user_ada',
      502,
      'upstream_redirect',
    ),
  );
  await check('silence is 504, and the service is let go', async () => {
    await problem(() => undefined, impatient, 504, 'upstream_timeout');
    await until(() => recorder.seen.at(-1).closed);
  });
  await check('silence within the body breaks the answer off: it is not taken for a whole one', async () => {
    const half = (response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"items":[');
    await assert.rejects(recorder.failing(half, () => list(impatient)));
    await until(() => recorder.seen.at(-1).closed);
  });
  await check('its cookies, its caching and its server name do not come through', async () => {
    const headers = {
      'set-cookie': '__session=evil',
      'cache-control': 'public, max-age=9',
      server: 'x',
      'x-powered-by': 'y',
    };
    const answer = await recorder.failing(
      (response) => response.writeHead(200, headers).end('{}'),
      () => list(),
    );
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['cache-control'], 'private, no-store');
    for (const name of ['set-cookie', 'server']) assert.equal(answer.headers[name], undefined, name);
    assert.notEqual(answer.headers['x-powered-by'], 'y');
  });
  await check('429 and 503 pass, and say when to try again', async () => {
    for (const status of [429, 503]) {
      const headers = { 'retry-after': '7', ratelimit: '"subject";r=0;t=7' };
      const answer = await recorder.failing(
        (response) => response.writeHead(status, headers).end('{}'),
        () => list(),
      );
      assert.deepEqual([answer.status, answer.headers['retry-after']], [status, '7']);
      assert.equal(answer.headers.ratelimit, '"subject";r=0;t=7');
    }
  });
  await check('304 passes', async () => {
    const answer = await recorder.failing(
      (response) => response.writeHead(304, { etag: '"v"' }).end(),
      () => list(),
    );
    assert.deepEqual([answer.status, answer.headers.etag, answer.text], [304, '"v"', '']);
  });

  report.section('When the browser leaves');
  await check('before an answer, the service is let go', async () => {
    await recorder.failing(
      () => undefined,
      async () => {
        const before = recorder.seen.length;
        const abort = new AbortController();
        const gone = leaving(list, abort.signal);
        await until(() => recorder.seen.length > before);
        abort.abort();
        await gone;
        await until(() => recorder.seen.at(-1).closed);
      },
    );
  });
  await check('within an answer, the service is let go', async () => {
    await recorder.failing(
      (response) => response.writeHead(200).write('{'),
      async () => {
        const gone = list('/api/modules/user_ada', { onAnswer: (request) => request.destroy() });
        await assert.rejects(gone);
        await until(() => recorder.seen.at(-1).closed);
      },
    );
  });
}

async function leaving(list, signal) {
  await assert.rejects(list('/api/modules/user_ada', { signal }));
}

async function until(holds) {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 100) assert.fail('it did not happen within 5 s');
    await sleep(50);
  }
}
