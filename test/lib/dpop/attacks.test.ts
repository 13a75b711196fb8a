import express from 'express';
import { memoryReplays, sallyport } from 'sallyport';
import { createDpopClient, createTestIssuer } from 'sallyport/testing';
import { proofCases, type ProofCase } from '../../support/dpop-cases';
import { libraryAuth } from '../../support/library-auth';
import { listening, type Listening } from '../../support/listening';
import { send } from '../../support/send';

const issuer = createTestIssuer();
const client = createDpopClient();
const port = sallyport({
  issuer: issuer.issuer,
  audience: issuer.audience,
  keys: issuer.keys,
  dpop: true,
  replays: memoryReplays(),
  addressLimit: false,
  subjectLimit: false,
});

let ours: Listening;
let theirs: Listening;
let written = 0;

beforeAll(async () => {
  ours = await listening(
    express()
      .use('/api', port)
      .all('/api/notes', (_request, response) => {
        written += 1;
        response.json({ ok: true });
      })
      .use(port.problemDetails),
  );
  theirs = await listening(
    express()
      .use(libraryAuth(issuer, { tokenSigningAlg: 'RS256', dpop: { enabled: true, required: false } }))
      .all('/api/notes', (_request, response) => {
        response.json({ ok: true });
      })
      .use(((error, _request, response, next) => {
        if (response.headersSent) next(error);
        else response.sendStatus((error as { status?: number }).status ?? 500);
      }) satisfies express.ErrorRequestHandler),
  );
});
afterAll(async () => {
  port.close();
  await ours.close();
  await theirs.close();
});

/** A token and a proof of its own for each request. */
function ask(origin: string, { headers, method = 'POST', query = '' }: ProofCase) {
  const url = `${origin}/api/notes`;
  const token = issuer.token({ cnf: { jkt: client.jkt } });
  return send(url + query, { method, headers: headers({ issuer, client, url, token }) });
}

/** What the challenge of the scheme with an error says. */
const errorIn = (challenge: string | undefined): string | undefined =>
  /error="([a-z_]+)"/.exec(challenge ?? '')?.[1];
const ALGS = 'algs="ES256 ES384 EdDSA Ed25519 PS256 RS256"';

describe.each(proofCases)('a proof $name', (row) => {
  it(`is ${row.verdict}`, async () => {
    const before = written;
    const { status, headers, body } = await ask(ours.url, row);
    if (row.verdict === 'accepted') {
      expect({ status, body }).toEqual({ status: 200, body: { ok: true } });
      return;
    }
    const challenge = headers['www-authenticate'];
    const error = errorIn(challenge);
    expect([status, body['code'], ...(error === undefined ? [] : [error])].join(' ')).toBe(row.verdict);
    expect(written).toBe(before);
    if (status !== 401) return;
    expect(challenge).toMatch(
      /^Bearer realm="api"(, error="[a-z_]+")?, DPoP realm="api"(, error="[a-z_]+")?, algs="/,
    );
    expect(challenge?.endsWith(ALGS)).toBe(true);
    expect(headers['cache-control']).toBe('no-store');
    expect(JSON.stringify(body)).not.toMatch(/eyJ/);
  });

  it('is decided as by express-oauth2-jwt-bearer, or for a reason', async () => {
    const { status } = await ask(theirs.url, row);
    const accepts = status === 200;
    if (row.stricter !== undefined) expect(accepts).toBe(true);
    else if (row.looser !== undefined) expect(accepts).toBe(false);
    else expect(accepts).toBe(row.verdict === 'accepted');
  });
});

it('says the error under the scheme that the request came under', async () => {
  const url = `${ours.url}/api/notes`;
  const expired = issuer.token({ cnf: { jkt: client.jkt }, exp: 1 });
  const dpop = await send(url, { headers: client.headers(expired, { url }) });
  expect(dpop.headers['www-authenticate']).toBe(
    `Bearer realm="api", DPoP realm="api", error="invalid_token", ${ALGS}`,
  );
  const bearer = await send(url, { headers: { Authorization: `Bearer ${expired}` } });
  expect(bearer.headers['www-authenticate']).toBe(
    `Bearer realm="api", error="invalid_token", DPoP realm="api", ${ALGS}`,
  );
  const none = await send(url);
  expect(none.headers['www-authenticate']).toBe(`Bearer realm="api", DPoP realm="api", ${ALGS}`);
});

it('accepts a proof once, however often it is sent', async () => {
  const url = `${ours.url}/api/notes`;
  const headers = client.headers(issuer.token({ cnf: { jkt: client.jkt } }), { url });
  const statuses = (await Promise.all(Array.from({ length: 20 }, () => send(url, { headers })))).map(
    ({ status }) => status,
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  const again = await send(url, { headers });
  expect(errorIn(again.headers['www-authenticate'])).toBe('invalid_dpop_proof');
  expect(again.body).toMatchObject({
    code: 'invalid_token',
    detail: 'The DPoP proof was used before (jti).',
  });
});

it.each(['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const)(
  'accepts a proof that is signed with %s',
  async (algorithm) => {
    const url = `${ours.url}/api/notes`;
    const own = createDpopClient({ algorithm });
    const answer = await own.fetch(issuer.token({ cnf: { jkt: own.jkt } }), url, { method: 'POST' });
    expect(answer.status).toBe(200);
  },
);
