import assert from 'node:assert/strict';
import { JSON_TYPE, assertProblem, saving } from '../support/client.mjs';

/** What passes, what is refused by the proxy, and what reaches the service of it. */
export async function checkAnswers({ report, issuer, recorder, app, client }) {
  const { check } = report;
  const ada = issuer.signIn('user_ada');
  const as = (session, request = {}) => ({ ...request, cookies: issuer.cookies(session) });
  const refused = async (path, request, status, code) => {
    const { result, arrived } = await recorder.counting(() => client(path, request));
    assertProblem(result, status, code);
    assert.equal(arrived, 0, 'the service was reached');
  };

  report.section('Through the app, signed in');
  let etag;
  await check('a first save is 201 with an ETag, and nobody may keep the answer', async () => {
    const answer = await client('/api/modules', as(ada, saving('m1')));
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual([answer.json().userId, answer.json().version], ['user_ada', 1]);
    assert.equal(answer.headers['cache-control'], 'private, no-store');
    assert.ok(answer.headers.etag);
  });
  await check('a second save is 200 and version 2', async () => {
    const answer = await client('/api/modules', as(ada, saving('m1', { n: 2 })));
    assert.deepEqual([answer.status, answer.json().version], [200, 2]);
    etag = answer.headers.etag;
  });
  await check('the list holds what was saved', async () => {
    const answer = await client('/api/modules/user_ada', as(ada));
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json().items[0].data, { n: 2 });
  });
  await check('a module can be read by itself, with its ETag', async () => {
    const answer = await client('/api/modules/user_ada/m1', as(ada));
    assert.deepEqual([answer.status, answer.headers.etag], [200, etag]);
  });
  await check('a HEAD has the headers and no body', async () => {
    const answer = await client('/api/modules/user_ada/m1', as(ada, { method: 'HEAD' }));
    assert.deepEqual([answer.status, answer.text, answer.headers.etag], [200, '', etag]);
  });
  await check('If-Match with the current ETag passes, with an old one it is 412', async () => {
    const save = (match) => {
      const request = saving('m1', { n: 3 });
      return client('/api/modules', as(ada, { ...request, headers: { ...JSON_TYPE, 'if-match': match } }));
    };
    assert.equal((await save(etag)).status, 200);
    assert.equal((await save(etag)).status, 412);
  });
  await check("the service's 404 and 413 pass", async () => {
    assert.equal((await client('/api/modules/user_ada/none', as(ada))).json().code, 'not_found');
    const large = saving('m2', { text: 'x'.repeat(300_000) });
    assert.equal((await client('/api/modules', as(ada, large))).json().code, 'body_too_large');
  });
  await check("another user's modules are 403 not_owner", async () => {
    const bob = issuer.signIn('user_bob');
    assert.equal((await client('/api/modules/user_ada', as(bob))).json().code, 'not_owner');
    assert.equal((await client('/api/modules/user_ada/m1', as(bob, { method: 'DELETE' }))).status, 403);
  });
  await check('a delete is 204 without a body', async () => {
    await client('/api/modules', as(ada, saving('gone')));
    const answer = await client('/api/modules/user_ada/gone', as(ada, { method: 'DELETE' }));
    assert.deepEqual([answer.status, answer.text], [204, '']);
  });
  await check('the cursor of a page is passed on, and nothing else of the query', async () => {
    await client('/api/modules/user_ada?cursor=abc&userId=user_bob&access_token=x', as(ada));
    assert.equal(recorder.seen.at(-1).path, '/api/user_modules/user/user_ada?cursor=abc');
  });
  await check('the request id is the same at both ends', async () => {
    const answer = await client('/api/modules/user_ada', as(ada, { headers: { 'x-request-id': 'e2e-1' } }));
    assert.equal(answer.headers['x-request-id'], 'e2e-1');
    assert.equal(recorder.seen.at(-1).headers['x-request-id'], 'e2e-1');
  });
  await check("the service sees the user's token and none of the browser's own headers", async () => {
    const token = issuer.token(ada);
    const headers = {
      'x-forwarded-for': '6.6.6.6',
      'x-user-id': 'user_bob',
      'user-agent': 'a browser',
      forwarded: 'for=6.6.6.6',
    };
    await client('/api/modules/user_ada', { headers, cookies: issuer.cookies(ada, token) });
    const seen = recorder.seen.at(-1).headers;
    assert.equal(seen.authorization, `Bearer ${token}`);
    for (const name of ['cookie', 'x-forwarded-for', 'x-forwarded-host', 'x-user-id', 'forwarded']) {
      assert.equal(seen[name], undefined, name);
    }
    assert.notEqual(seen['user-agent'], 'a browser');
  });

  report.section('Not signed in, and the service is not reached');
  await check('a save is 401', () => refused('/api/modules', saving('m1'), 401, 'missing_credentials'));
  await check('a list is 401', () => refused('/api/modules/user_ada', {}, 401, 'missing_credentials'));
  await check('a list on the edge runtime is 401', () =>
    refused('/api/checks/edge/user_ada', {}, 401, 'missing_credentials'),
  );
  const badTokens = {
    'an expired token': issuer.token(ada, { iat: 1_700_000_000, nbf: 1_700_000_000, exp: 1_700_000_060 }),
    "a token of somebody else's key": issuer.token(ada, {}, issuer.otherKey()),
    'a token of nobody': issuer.token(ada, { sub: undefined }),
    'a token without signature': issuer.token(ada).replace(/[^.]*$/, ''),
    'text that is no token': 'nonsense',
  };
  for (const [what, token] of Object.entries(badTokens)) {
    await check(`${what} is 401`, () =>
      refused('/api/modules/user_ada', { cookies: issuer.cookies(ada, token) }, 401, 'missing_credentials'),
    );
  }
  await check("an Authorization of the browser's own, wrong, is 401", () =>
    refused(
      '/api/modules/user_ada',
      { headers: { authorization: 'Bearer x.y.z' } },
      401,
      'missing_credentials',
    ),
  );

  report.section('Refused by the proxy, and the service is not reached');
  const post = (body, type) =>
    as(ada, { method: 'POST', headers: type ? { 'content-type': type } : {}, body });
  await check('a body that is not JSON is 400', () =>
    refused('/api/modules', post('{"a":', 'application/json'), 400, 'invalid_body'),
  );
  await check('a body that is not UTF-8 is 400', () =>
    refused('/api/modules', post(Buffer.from([0x22, 0xff, 0x22]), 'application/json'), 400, 'invalid_body'),
  );
  await check('text/plain is 415', () =>
    refused('/api/modules', post('{}', 'text/plain'), 415, 'unsupported_media_type'),
  );
  await check('a form is 415', () =>
    refused('/api/modules', post('a=1', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type'),
  );
  await check('two charsets are 415', () => {
    const type = 'application/json; charset=utf-8; charset=utf-16';
    return refused('/api/modules', post('{}', type), 415, 'unsupported_media_type');
  });
  await check('more than 1 MiB is 413', () =>
    refused('/api/modules', as(ada, saving('m', { t: 'x'.repeat(1_048_576) })), 413, 'body_too_large'),
  );
  await check('more than 1 MiB in chunks, without a length, is 413', () => {
    const chunks = Array.from({ length: 40 }, () => 'x'.repeat(32_768));
    return refused(
      '/api/modules',
      as(ada, { method: 'POST', headers: JSON_TYPE, chunks }),
      413,
      'body_too_large',
    );
  });
  const sites = {
    'from another site': { 'sec-fetch-site': 'cross-site' },
    'from another origin, by an older browser': { origin: 'http://evil.example' },
    'from an opaque origin': { origin: 'null' },
  };
  for (const [what, headers] of Object.entries(sites)) {
    await check(`a save ${what} is 403`, () => {
      const request = saving('m1');
      return refused(
        '/api/modules',
        as(ada, { ...request, headers: { ...JSON_TYPE, ...headers } }),
        403,
        'cross_site',
      );
    });
  }
  await check("a save from the app's own page passes", async () => {
    const headers = { ...JSON_TYPE, origin: app.url };
    assert.equal((await client('/api/modules', as(ada, { ...saving('m1'), headers }))).status, 200);
  });
  await check('a url from an unset variable is 500, and the app was built all the same', () =>
    refused('/api/checks/unset', as(ada), 500, 'misconfigured'),
  );
  const elsewhere = [
    'http://127.0.0.1:1/',
    'https://evil.example/',
    recorder.url.replace('//', '//u:p@'),
    '/relative',
    '',
  ];
  for (const to of elsewhere) {
    await check(`a url of ${to.replace(/:\d{2,}/, ':port') || 'nothing'} is 500`, () =>
      refused(`/api/checks/elsewhere?to=${encodeURIComponent(to)}`, as(ada), 500, 'misconfigured'),
    );
  }
  for (const segment of ['%2e%2e', '%2E', '%20', '%ED%A0%80']) {
    await check(`a user id of ${segment} reaches no other path`, async () => {
      const { result } = await recorder.counting(() => client(`/api/modules/${segment}`, as(ada)));
      assert.ok(result.status >= 300, `${result.status} ${result.text}`);
    });
  }
  for (const segment of [
    'a%2Fb',
    '..%2Fuser_ada',
    'user_ada%2F..%2F..%2Fadmin',
    'user_ada%3Flimit=1',
    'user_ada%23',
    '%252e%252e',
  ]) {
    await check(`a user id of ${segment} stays one segment`, async () => {
      const before = recorder.seen.length;
      const answer = await client(`/api/modules/${segment}`, as(ada));
      assert.ok(answer.status >= 400, `${answer.status} ${answer.text}`);
      for (const { path } of recorder.seen.slice(before)) {
        assert.match(path, /^\/api\/user_modules\/user\/[^/?#]+$/);
      }
    });
  }

  report.section('On the edge runtime');
  await check('a list passes', async () => {
    const answer = await client('/api/checks/edge/user_ada', as(ada));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json().items[0].moduleId, 'm1');
  });
  await check("another user's is 403", async () => {
    assert.equal((await client('/api/checks/edge/user_bob', as(ada))).status, 403);
  });
}
