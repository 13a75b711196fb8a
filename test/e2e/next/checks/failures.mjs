import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertProblem } from '../support/client.mjs';

const LIST = '/api/modules/user_ada';
const EDGE = '/api/checks/edge/user_ada';
const IMPATIENT = '/api/checks/impatient/user_ada';

const hangUp = (response) => response.socket.destroy();
const redirect = (response) => response.writeHead(302, { location: 'http://evil.example/' }).end();
const silence = () => undefined;
const half = (response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"items":[');

/** What the app answers when the service misbehaves, and what it does about browsers that leave. */
export async function checkFailures({ report, issuer, recorder, client }) {
  const cookies = issuer.cookies(issuer.signIn('user_ada'));
  const list = (path = LIST, more = {}) => client(path, { cookies, ...more });
  report.section('When the service misbehaves');
  await checkNoAnswer(report, recorder, list);
  await checkOddAnswers(report, recorder, list);
  report.section('When the browser leaves');
  await checkLeaving(report, recorder, list);
}

async function checkNoAnswer({ check }, recorder, list) {
  const problem = async (misbehave, path, status, code) => {
    const { result, arrived } = await recorder.counting(() => recorder.failing(misbehave, () => list(path)));
    assertProblem(result, status, code);
    assert.equal(result.json().title, 'Failed to communicate with analyzer service');
    assert.equal(result.headers.location, undefined);
    // A GET over a connection that was used before and dies is sent once more.
    assert.ok(arrived === 1 || (arrived === 2 && misbehave === hangUp), `${arrived} arrived`);
  };
  for (const [runtime, path] of Object.entries({ node: LIST, edge: EDGE })) {
    await check(`hanging up is 502 (${runtime})`, () => problem(hangUp, path, 502, 'upstream_unreachable'));
    await check(`a redirect is 502 and is not followed (${runtime})`, () =>
      problem(redirect, path, 502, 'upstream_redirect'),
    );
  }
  await check('silence is 504, and the service is let go', async () => {
    await problem(silence, IMPATIENT, 504, 'upstream_timeout');
    await letGo(recorder);
  });
  await check('silence within the body breaks the answer off: it is not taken for a whole one', async () => {
    await assert.rejects(recorder.failing(half, () => list(IMPATIENT)));
    await letGo(recorder);
  });
}

async function checkOddAnswers({ check }, recorder, list) {
  const answering = (status, headers, body) =>
    recorder.failing(
      (response) => response.writeHead(status, headers).end(body),
      () => list(),
    );
  await check('its cookies, its caching and its server name do not come through', async () => {
    const headers = { 'set-cookie': 'a=evil', 'cache-control': 'public, max-age=9', server: 'x' };
    const answer = await answering(200, headers, '{}');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['cache-control'], 'private, no-store');
    for (const name of ['set-cookie', 'server']) assert.equal(answer.headers[name], undefined, name);
  });
  for (const status of [429, 503]) {
    await check(`${status} passes, and says when to try again`, async () => {
      const answer = await answering(status, { 'retry-after': '7', ratelimit: '"subject";r=0;t=7' }, '{}');
      assert.deepEqual([answer.status, answer.headers['retry-after']], [status, '7']);
      assert.equal(answer.headers.ratelimit, '"subject";r=0;t=7');
    });
  }
  await check('304 passes', async () => {
    const answer = await answering(304, { etag: '"v"' });
    assert.deepEqual([answer.status, answer.headers.etag, answer.text], [304, '"v"', '']);
  });
}

async function checkLeaving({ check }, recorder, list) {
  await check('before an answer, the service is let go', () =>
    recorder.failing(silence, async () => {
      const before = recorder.seen.length;
      const browser = new AbortController();
      const gone = assert.rejects(list(LIST, { signal: browser.signal }));
      await until(() => recorder.seen.length > before);
      browser.abort();
      await gone;
      await letGo(recorder);
    }),
  );
  await check('within an answer, the service is let go', () =>
    recorder.failing(half, async () => {
      await assert.rejects(list(LIST, { onAnswer: (request) => request.destroy() }));
      await letGo(recorder);
    }),
  );
}

function letGo(recorder) {
  return until(() => recorder.seen.at(-1).closed);
}

async function until(holds) {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 100) assert.fail('it did not happen within 5 s');
    await sleep(50);
  }
}
