import assert from 'node:assert/strict';
import { JSON_TYPE, saving } from '../support/client.mjs';

/** What a signed-in user gets through the app, and what the service then knows of them. */
export async function checkPassing({ report, issuer, recorder, client }) {
  const ada = issuer.signIn('user_ada');
  const asAda = (path, request = {}) => client(path, { ...request, cookies: issuer.cookies(ada) });
  const asBob = (path, request = {}) =>
    client(path, { ...request, cookies: issuer.cookies(issuer.signIn('user_bob')) });

  report.section('Through the app, signed in');
  await checkModules({ ...report, asAda, asBob });
  await checkWhatIsSent({ ...report, issuer, recorder, client, ada, asAda });
  report.section('On the edge runtime');
  await checkEdge({ ...report, asAda });
}

async function checkModules({ check, asAda, asBob }) {
  await check('a first save is 201 with an ETag, and nobody may keep the answer', async () => {
    const answer = await asAda('/api/modules', saving('m1'));
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual([answer.json().userId, answer.json().version], ['user_ada', 1]);
    assert.equal(answer.headers['cache-control'], 'private, no-store');
    assert.ok(answer.headers.etag);
  });
  await check('a second save is 200 and version 2', async () => {
    const answer = await asAda('/api/modules', saving('m1', { n: 2 }));
    assert.deepEqual([answer.status, answer.json().version], [200, 2]);
  });
  await check('the list holds what was saved', async () => {
    const answer = await asAda('/api/modules/user_ada');
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json().items[0].data, { n: 2 });
  });
  await check('a module can be read by itself, and a HEAD has the same headers and no body', async () => {
    const read = await asAda('/api/modules/user_ada/m1');
    const head = await asAda('/api/modules/user_ada/m1', { method: 'HEAD' });
    assert.deepEqual([read.status, read.json().moduleId], [200, 'm1']);
    assert.deepEqual([head.status, head.headers.etag, head.text], [200, read.headers.etag, '']);
  });
  await check('If-Match with the current ETag passes, with an old one it is 412', async () => {
    const { etag } = (await asAda('/api/modules/user_ada/m1')).headers;
    const save = () => asAda('/api/modules', saving('m1', { n: 3 }, { 'if-match': etag }));
    assert.deepEqual([(await save()).status, (await save()).status], [200, 412]);
  });
  await check("the service's 404 and 413 pass", async () => {
    assert.equal((await asAda('/api/modules/user_ada/none')).json().code, 'not_found');
    const large = saving('m2', { text: 'x'.repeat(300_000) });
    assert.equal((await asAda('/api/modules', large)).json().code, 'body_too_large');
  });
  await check("another user's modules are 403 not_owner", async () => {
    assert.equal((await asBob('/api/modules/user_ada')).json().code, 'not_owner');
    assert.equal((await asBob('/api/modules/user_ada/m1', { method: 'DELETE' })).status, 403);
  });
  await check('a delete is 204 without a body', async () => {
    await asAda('/api/modules', saving('gone'));
    const answer = await asAda('/api/modules/user_ada/gone', { method: 'DELETE' });
    assert.deepEqual([answer.status, answer.text], [204, '']);
  });
}

async function checkWhatIsSent({ check, issuer, recorder, client, ada, asAda }) {
  await check('the cursor of a page is passed on, and nothing else of the query', async () => {
    await asAda('/api/modules/user_ada?cursor=abc&userId=user_bob&access_token=x');
    assert.equal(recorder.seen.at(-1).path, '/api/user_modules/user/user_ada?cursor=abc');
  });
  await check('the request id is the same at both ends', async () => {
    const answer = await asAda('/api/modules/user_ada', { headers: { 'x-request-id': 'e2e-1' } });
    assert.equal(answer.headers['x-request-id'], 'e2e-1');
    assert.equal(recorder.seen.at(-1).headers['x-request-id'], 'e2e-1');
  });
  await check("the service sees the user's token and none of the browser's own headers", async () => {
    const token = issuer.token(ada);
    const headers = { 'x-forwarded-for': '6.6.6.6', 'x-user-id': 'user_bob', 'user-agent': 'a browser' };
    await client('/api/modules/user_ada', { headers, cookies: issuer.cookies(ada, token) });
    const seen = recorder.seen.at(-1).headers;
    assert.equal(seen.authorization, `Bearer ${token}`);
    for (const name of ['cookie', 'x-forwarded-for', 'x-forwarded-host', 'x-user-id']) {
      assert.equal(seen[name], undefined, name);
    }
    assert.notEqual(seen['user-agent'], 'a browser');
  });
  await check("a save from the app's own page passes", async () => {
    const own = saving('m1', { n: 4 }, { origin: issuer.appUrl });
    assert.equal((await asAda('/api/modules', own)).status, 200);
  });
  await check(
    "a save from the app's page passes behind a load balancer that says which host was asked for",
    async () => {
      const behind = {
        origin: 'https://app.example',
        host: 'internal:3000',
        'x-forwarded-host': 'app.example',
      };
      assert.equal((await asAda('/api/modules', saving('m1', { n: 5 }, behind))).status, 200);
    },
  );
  await check('any JSON type that is UTF-8 passes', async () => {
    const types = ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'];
    for (const type of types) {
      const request = { ...saving('m1'), headers: { ...JSON_TYPE, 'content-type': type } };
      assert.equal((await asAda('/api/modules', request)).status, 200, type);
    }
  });
}

async function checkEdge({ check, asAda }) {
  await check('a list passes', async () => {
    const answer = await asAda('/api/checks/edge/user_ada');
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json().items[0].moduleId, 'm1');
  });
  await check("another user's is 403", async () => {
    assert.equal((await asAda('/api/checks/edge/user_bob')).status, 403);
  });
}
