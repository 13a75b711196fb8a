import assert from 'node:assert/strict';
import { JSON_TYPE, assertProblem, saving } from '../support/client.mjs';

/** What the proxy refuses by itself: the service must not hear of any of it. */
export async function checkRefusing({ report, issuer, recorder, client }) {
  const ada = issuer.signIn('user_ada');
  const refusal = (name, path, request, status, code) =>
    report.check(`${name} is ${status} ${code}`, async () => {
      const { result, arrived } = await recorder.counting(() => client(path, request));
      assertProblem(result, status, code);
      assert.equal(arrived, 0, 'the service was reached');
    });
  const asAda = (request = {}) => ({ ...request, cookies: issuer.cookies(ada) });

  report.section('Not signed in, and the service is not reached');
  await checkStrangers(refusal, issuer, ada);
  report.section('Refused by the proxy, and the service is not reached');
  await checkBodies(refusal, asAda);
  await checkSites(refusal, asAda);
  await checkTargets(refusal, asAda, recorder.url);
  report.section('Paths that a user id must not leave');
  await checkSegments(report, recorder, (path) => client(path, asAda()));
}

async function checkStrangers(refusal, issuer, ada) {
  const past = { iat: 1_700_000_000, nbf: 1_700_000_000, exp: 1_700_000_060 };
  const tokens = {
    'an expired token': issuer.token(ada, past),
    "a token of somebody else's key": issuer.token(ada, {}, issuer.otherKey()),
    'a token of nobody': issuer.token(ada, { sub: undefined }),
    'a token without signature': issuer.token(ada).replace(/[^.]*$/, ''),
    'text that is no token': 'nonsense',
  };
  const list = '/api/modules/user_ada';
  await refusal('a save', '/api/modules', saving('m1'), 401, 'missing_credentials');
  await refusal('a list', list, {}, 401, 'missing_credentials');
  await refusal('a list on the edge runtime', '/api/checks/edge/user_ada', {}, 401, 'missing_credentials');
  for (const [name, token] of Object.entries(tokens)) {
    const cookies = issuer.cookies(ada, token);
    await refusal(name, list, { cookies }, 401, 'missing_credentials');
    await refusal(`${name} in a header`, list, bearer(token), 401, 'missing_credentials');
  }
}

function bearer(token) {
  return { headers: { authorization: `Bearer ${token}` } };
}

async function checkBodies(refusal, asAda) {
  const post = (body, type) => asAda({ method: 'POST', headers: { 'content-type': type }, body });
  const bodies = {
    'a body that is not JSON': post('{"a":', 'application/json'),
    'a body that is not UTF-8': post(Buffer.from([0x22, 0xff, 0x22]), 'application/json'),
  };
  const types = {
    'text/plain': post('{}', 'text/plain'),
    'a form': post('a=1', 'application/x-www-form-urlencoded'),
    'another charset': post('{}', 'application/json; charset=latin1'),
    'two charsets': post('{}', 'application/json; charset=utf-8; charset=utf-16'),
    'a body without a type': asAda({ method: 'POST', body: '{}' }),
  };
  const chunks = Array.from({ length: 40 }, () => 'x'.repeat(32_768));
  const sizes = {
    'more than 1 MiB': asAda(saving('m', { t: 'x'.repeat(1_048_576) })),
    'more than 1 MiB in chunks, without a length,': asAda({ method: 'POST', headers: JSON_TYPE, chunks }),
  };
  for (const name of Object.keys(bodies))
    await refusal(name, '/api/modules', bodies[name], 400, 'invalid_body');
  for (const name of Object.keys(types)) {
    await refusal(name, '/api/modules', types[name], 415, 'unsupported_media_type');
  }
  for (const name of Object.keys(sizes))
    await refusal(name, '/api/modules', sizes[name], 413, 'body_too_large');
}

async function checkSites(refusal, asAda) {
  const sites = {
    'from another site': { 'sec-fetch-site': 'cross-site' },
    'from another origin, by an older browser': { origin: 'http://evil.example' },
    'from an opaque origin': { origin: 'null' },
  };
  for (const [name, headers] of Object.entries(sites)) {
    await refusal(`a save ${name}`, '/api/modules', asAda(saving('m1', {}, headers)), 403, 'cross_site');
  }
}

async function checkTargets(refusal, asAda, serviceUrl) {
  const name = 'a url from an unset variable, which the build did not mind,';
  await refusal(name, '/api/checks/unset', asAda(), 500, 'misconfigured');
  const elsewhere = {
    'of another port': 'http://127.0.0.1:1/',
    'of another host': 'https://evil.example/',
    'with a user and a password': serviceUrl.replace('//', '//u:p@'),
    'that is relative': '/relative',
    'that is empty': '',
  };
  for (const [what, to] of Object.entries(elsewhere)) {
    const path = `/api/checks/elsewhere?to=${encodeURIComponent(to)}`;
    await refusal(`a url ${what}`, path, asAda(), 500, 'misconfigured');
  }
}

const SEGMENTS = [
  '%2e%2e',
  '%2E',
  '%20',
  '%ED%A0%80',
  'a%2Fb',
  '..%2Fuser_ada',
  'user_ada%2F..%2F..%2Fadmin',
  'user_ada%3Flimit=1',
  'user_ada%23',
  '%252e%252e',
  'user_ada%5C..%5Cadmin',
];

async function checkSegments({ check }, recorder, call) {
  for (const segment of SEGMENTS) {
    await check(`${segment} is no success, and at most one segment`, async () => {
      const before = recorder.seen.length;
      const { status, text } = await call(`/api/modules/${segment}`);
      assert.ok(status >= 300, `${status} ${text}`);
      for (const { path } of recorder.seen.slice(before)) {
        assert.match(path, /^\/api\/user_modules\/user\/[^/?#]+$/);
      }
    });
  }
}
