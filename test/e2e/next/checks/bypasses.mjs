import assert from 'node:assert/strict';
import { saving } from '../support/client.mjs';

/** CVE-2025-29927 and its relatives: headers that steer a framework from within, sent from without. */
function steeringHeaders(forged) {
  const names = ['middleware', 'src/middleware', 'proxy', 'src/proxy', 'pages/_middleware', 'app/middleware'];
  const subrequests = names.flatMap((name) => [
    name,
    Array(5).fill(name).join(':'),
    Array(9).fill(name).join(':'),
  ]);
  return [
    ...subrequests.map((value) => ({ 'x-middleware-subrequest': value })),
    { 'x-middleware-subrequest': 'middleware', 'x-middleware-subrequest-id': '0000000000000000' },
    { 'x-middleware-next': '1' },
    { 'x-middleware-rewrite': '/api/modules/user_ada' },
    { 'x-middleware-invoke': '1', 'x-invoke-path': '/api/modules/user_ada' },
    { 'x-middleware-prefetch': '1', purpose: 'prefetch' },
    { 'x-nextjs-data': '1' },
    { rsc: '1', 'next-router-prefetch': '1' },
    { 'x-matched-path': '/api/modules/user_ada' },
    { 'x-original-url': '/api/modules/user_ada', 'x-rewrite-url': '/api/modules/user_ada' },
    { 'x-clerk-auth-status': 'signed-in', 'x-clerk-auth-token': forged },
    {
      'x-clerk-auth-status': 'signed-in',
      'x-clerk-auth-token': forged,
      'x-clerk-auth-signature': 'a'.repeat(40),
    },
    {
      'x-middleware-override-headers': 'x-clerk-auth-status,x-clerk-auth-token',
      'x-middleware-request-x-clerk-auth-status': 'signed-in',
      'x-middleware-request-x-clerk-auth-token': forged,
    },
    { authorization: `Bearer ${forged}`, 'x-clerk-auth-reason': 'session-token' },
    { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  ];
}

const PATHS = [
  '//api/modules/user_ada',
  '/api//modules//user_ada',
  '///api/modules/user_ada',
  '/api%2fmodules%2fuser_ada',
  '/api/modules%2Fuser_ada',
  '/%61pi/modules/user_ada',
  '/API/MODULES/user_ada',
  '/Api/modules/user_ada',
  '/api/Modules/user_ada',
  '/api/modules./user_ada',
  '/api./modules/user_ada',
  '/api/modules/user_ada.',
  '/api/modules/user_ada/',
  '/api/modules/user_ada//',
  '/api/modules/user_ada.json',
  '/api/modules/user_ada.css',
  '/api/modules/user_ada.js',
  '/api/modules/user_ada.rsc',
  '/api/modules/user_ada.svg?x=.css',
  '/api/./modules/user_ada',
  '/x/../api/modules/user_ada',
  '/_next/../api/modules/user_ada',
  '/_next/static/..%2f..%2fapi/modules/user_ada',
  '/_next/data/build/api/modules/user_ada.json',
  '/api/modules;x=1/user_ada',
  '/api/modules/user_ada;x=.css',
  '/api/modules/user_ada%00',
  '/api/modules/user_ada%0a',
  '/api\\modules\\user_ada',
  '/api/modules/user_ada?__clerk_handshake=x.y.z',
  '/en/api/modules/user_ada',
  'http://localhost/api/modules/user_ada',
  'http://evil.example/api/modules/user_ada',
  '/api/checks//edge/user_ada',
  '/api/checks/edge/user_ada.css',
  '/api/checks%2fedge/user_ada',
];

/** None of them may reach the service, or be a success, without a user. */
export async function checkBypasses({ report, issuer, recorder, client }) {
  const forged = issuer.token(issuer.signIn('user_ada'), {}, issuer.otherKey());
  const locked = async (path, request) => {
    const { result, arrived } = await recorder.counting(() => client(path, request).catch(() => undefined));
    assert.equal(arrived, 0, 'the service was reached');
    // Neither no answer nor an empty one, as Next gives to a prefetch, is a way in.
    const empty = result === undefined || ['', '{}'].includes(result.text);
    assert.ok(empty || result.status >= 300, `${result?.status} ${result?.text}`);
  };

  report.section('Headers that steer a framework, without a user (CVE-2025-29927 and relatives)');
  for (const headers of steeringHeaders(forged)) {
    const shown = JSON.stringify(headers).replaceAll(forged, 'FORGED').slice(1, 110);
    await report.check(shown, async () => {
      await locked('/api/modules/user_ada', { headers });
      await locked('/api/checks/edge/user_ada', { headers });
      const save = saving('m1');
      await locked('/api/modules', { ...save, headers: { ...save.headers, ...headers } });
    });
  }

  report.section('Other spellings of the route, without a user');
  for (const path of PATHS) {
    await report.check(path, async () => {
      await locked(path, {});
      await locked(path, saving('m1'));
    });
  }
  await report.check('other methods on the route', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      const { arrived } = await recorder.counting(() =>
        client('/api/modules', { method }).catch(() => undefined),
      );
      assert.equal(arrived, 0, method);
    }
  });
}
