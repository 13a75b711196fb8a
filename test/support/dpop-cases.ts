import { createHash, generateKeyPairSync } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import {
  createDpopClient,
  signToken,
  type DpopClient,
  type Overrides,
  type TestIssuer,
} from 'sallyport/testing';

/** What a case is made of. */
export interface ProofParts {
  readonly issuer: TestIssuer;
  readonly client: DpopClient;
  /** Where the request goes, without query. */
  readonly url: string;
  /** Bound to the client's key. */
  readonly token: string;
}

export interface ProofCase {
  readonly name: string;
  readonly headers: (parts: ProofParts) => OutgoingHttpHeaders;
  /** Default: POST. */
  readonly method?: string;
  /** What is asked for behind `url`. */
  readonly query?: string;
  /** `accepted`, or `status code` with the error of the scheme that the request came under. */
  readonly verdict: string;
  /** Why express-oauth2-jwt-bearer lets it in; a row without it claims that both decide alike. */
  readonly stricter?: string;
  /** Why express-oauth2-jwt-bearer refuses it. */
  readonly looser?: string;
}

const PROOF = '401 invalid_token invalid_dpop_proof';
const TOKEN = '401 invalid_token invalid_token';
const now = (): number => Math.floor(Date.now() / 1000);
const other = createDpopClient();
const rsa = createDpopClient({ algorithm: 'RS256' });
const athOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** With the token under the scheme DPoP. */
const withProof = ({ token }: ProofParts, DPoP: string | string[]) => ({
  Authorization: `DPoP ${token}`,
  DPoP,
});

/** A proof that is right but for these. */
function proof(claims: Overrides | ((parts: ProofParts) => Overrides), header: Overrides = {}) {
  return (parts: ProofParts): OutgoingHttpHeaders => {
    const { client, url, token } = parts;
    const changed = typeof claims === 'function' ? claims(parts) : claims;
    return withProof(parts, client.proof({ method: 'POST', url, token }, changed, header));
  };
}

const good = proof({});

/** The proof's text, changed. */
function respelled(change: (text: string) => string) {
  return (parts: ProofParts): OutgoingHttpHeaders => {
    const { client, url, token } = parts;
    return withProof(parts, change(client.proof({ method: 'POST', url, token })));
  };
}

/** Another claim or header as JSON that JSON.stringify does not write. */
function raw(payload: (parts: ProofParts) => unknown) {
  return (parts: ProofParts): OutgoingHttpHeaders => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: publicKey.export({ format: 'jwk' }) };
    return withProof(parts, signToken(header, payload(parts), privateKey));
  };
}

const privateJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
const smallRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });

const method: readonly ProofCase[] = [
  { name: 'of another method', headers: proof({ htm: 'GET' }), verdict: PROOF },
  {
    name: 'of the method in small letters',
    headers: proof({ htm: 'post' }),
    verdict: PROOF,
    stricter: 'methods are case-sensitive (RFC 9110 section 9.1)',
  },
  { name: 'of a method that is a list', headers: proof({ htm: ['POST'] }), verdict: PROOF },
  { name: 'of no method', headers: proof({ htm: undefined }), verdict: PROOF },
  { name: 'of POST, sent with PUT', method: 'PUT', headers: good, verdict: PROOF },
];

const uri: readonly ProofCase[] = [
  { name: 'of another path', headers: proof(({ url }) => ({ htu: `${url}/x` })), verdict: PROOF },
  {
    name: 'of the path with a slash behind',
    headers: proof(({ url }) => ({ htu: `${url}/` })),
    verdict: PROOF,
  },
  {
    name: 'of the path in capitals',
    headers: proof(({ url }) => ({ htu: url.replace('/api', '/API') })),
    verdict: PROOF,
  },
  {
    name: 'of another host',
    headers: proof(({ url }) => ({ htu: url.replace('127.0.0.1', 'evil.test') })),
    verdict: PROOF,
  },
  {
    name: 'of another port',
    headers: proof(({ url }) => ({ htu: url.replace(/:\d+/, ':1') })),
    verdict: PROOF,
  },
  {
    name: 'of another scheme',
    headers: proof(({ url }) => ({ htu: url.replace('http:', 'https:') })),
    verdict: PROOF,
  },
  {
    name: 'of a scheme that is none of the web',
    headers: proof(({ url }) => ({ htu: url.replace('http:', 'ftp:') })),
    verdict: PROOF,
  },
  {
    name: 'of the path alone',
    headers: proof(({ url }) => ({ htu: new URL(url).pathname })),
    verdict: PROOF,
  },
  {
    name: 'of a URI with userinfo',
    headers: proof(({ url }) => ({ htu: url.replace('//', '//u:p@') })),
    verdict: PROOF,
    stricter: 'an htu has no userinfo',
  },
  {
    name: 'of a URI with a tab in it',
    headers: proof(({ url }) => ({ htu: url.replace('/api', '/\tapi') })),
    verdict: PROOF,
    stricter: 'what the URL parser would drop is no URI',
  },
  {
    name: 'of a URI with a backslash in it',
    headers: proof(({ url }) => ({ htu: url.replace('/api', '\\api') })),
    verdict: PROOF,
    stricter: 'what the URL parser would repair is no URI',
  },
  {
    name: 'of a URI with spaces around',
    headers: proof(({ url }) => ({ htu: ` ${url} ` })),
    verdict: PROOF,
    stricter: 'what the URL parser would drop is no URI',
  },
  { name: 'of a URI that does not parse', headers: proof({ htu: 'http://[' }), verdict: PROOF },
  { name: 'of a URI that is a list', headers: proof(({ url }) => ({ htu: [url] })), verdict: PROOF },
  { name: 'of no URI', headers: proof({ htu: undefined }), verdict: PROOF },
  {
    name: 'of another host, with that one as the X-Forwarded-Host that nobody trusts',
    headers: (parts) => ({
      ...proof(({ url }) => ({ htu: url.replace(/127.0.0.1:\d+/, 'evil.test') }))(parts),
      'X-Forwarded-Host': 'evil.test',
    }),
    verdict: PROOF,
  },
  {
    name: 'of the same URI with the scheme and host in capitals',
    headers: proof(({ url }) => ({ htu: url.replace('http', 'HTTP') })),
    verdict: 'accepted',
  },
  {
    name: 'of the same URI with a letter encoded',
    headers: proof(({ url }) => ({ htu: url.replace('/api', '/%61pi') })),
    verdict: 'accepted',
  },
  {
    name: 'of the same URI with dot segments',
    headers: proof(({ url }) => ({ htu: url.replace('/api', '/x/../api') })),
    verdict: 'accepted',
  },
  {
    name: 'of the URI with a query, which does not count',
    headers: proof(({ url }) => ({ htu: `${url}?a=1#b` })),
    verdict: 'accepted',
  },
  { name: 'of the URI, sent with a query', query: '?a=1', headers: good, verdict: 'accepted' },
];

const token: readonly ProofCase[] = [
  { name: 'of another token', headers: proof({ ath: athOf('another') }), verdict: PROOF },
  { name: 'of no token', headers: proof({ ath: undefined }), verdict: PROOF },
  {
    name: 'of the token, with the hash in base64',
    headers: proof((parts) => ({ ath: Buffer.from(athOf(parts.token), 'base64url').toString('base64') })),
    verdict: PROOF,
  },
  {
    name: 'by another key than the token is bound to',
    headers: (parts) => ({
      Authorization: `DPoP ${parts.token}`,
      DPoP: other.proof({ ...parts, method: 'POST' }),
    }),
    verdict: PROOF,
  },
  {
    name: 'by the right key in its header, signed with another',
    headers: (parts) =>
      withProof(parts, other.proof({ ...parts, method: 'POST' }, {}, { jwk: parts.client.publicJwk })),
    verdict: PROOF,
  },
  {
    name: 'beside a token that is bound to nothing',
    headers: (parts) => parts.client.headers(parts.issuer.token(), { ...parts, method: 'POST' }),
    verdict: TOKEN,
  },
  {
    name: 'beside a token that is bound to another key',
    headers: (parts) =>
      parts.client.headers(parts.issuer.token({ cnf: { jkt: other.jkt } }), { ...parts, method: 'POST' }),
    verdict: PROOF,
  },
  {
    name: 'beside a token that is bound to a certificate alone',
    headers: (parts) =>
      parts.client.headers(parts.issuer.token({ cnf: { 'x5t#S256': 'x' } }), { ...parts, method: 'POST' }),
    verdict: TOKEN,
  },
  {
    name: 'beside a token that is bound to a certificate too',
    headers: (parts) =>
      parts.client.headers(parts.issuer.token({ cnf: { jkt: parts.client.jkt, 'x5t#S256': 'x' } }), {
        ...parts,
        method: 'POST',
      }),
    verdict: TOKEN,
    stricter: 'it is bound to both, and proves one',
  },
  {
    name: 'beside a token whose jkt is a list',
    headers: (parts) =>
      parts.client.headers(parts.issuer.token({ cnf: { jkt: [parts.client.jkt] } }), {
        ...parts,
        method: 'POST',
      }),
    verdict: TOKEN,
  },
  {
    name: 'beside a token whose jkt is empty',
    headers: (parts) =>
      parts.client.headers(parts.issuer.token({ cnf: { jkt: '' } }), { ...parts, method: 'POST' }),
    verdict: TOKEN,
  },
  {
    name: 'beside a token that has expired',
    headers: (parts) =>
      parts.client.headers(parts.issuer.token({ cnf: { jkt: parts.client.jkt }, exp: 1 }), {
        ...parts,
        method: 'POST',
      }),
    verdict: TOKEN,
  },
  {
    name: 'beside a token of another issuer',
    headers: (parts) =>
      parts.client.headers(parts.issuer.token({ cnf: { jkt: parts.client.jkt }, iss: 'https://evil.test' }), {
        ...parts,
        method: 'POST',
      }),
    verdict: TOKEN,
  },
  {
    name: 'beside a token whose signature is broken',
    headers: (parts) =>
      parts.client.headers(`${parts.token.slice(0, -8)}AAAAAAAA`, { ...parts, method: 'POST' }),
    verdict: TOKEN,
  },
];

const time: readonly ProofCase[] = [
  { name: 'that is too old', headers: proof({ iat: now() - 3600 }), verdict: PROOF },
  { name: 'of the future', headers: proof({ iat: now() + 3600 }), verdict: PROOF },
  { name: 'that says its time as a string', headers: proof({ iat: String(now()) }), verdict: PROOF },
  { name: 'that says its time in milliseconds', headers: proof({ iat: Date.now() }), verdict: PROOF },
  { name: 'that says no time', headers: proof({ iat: undefined }), verdict: PROOF },
  {
    name: 'that has expired',
    headers: proof({ exp: now() - 3600 }),
    verdict: PROOF,
  },
  {
    name: 'that expires by a string',
    headers: proof({ exp: 'never' }),
    verdict: PROOF,
  },
  {
    name: 'that is not valid yet',
    headers: proof({ nbf: now() + 3600 }),
    verdict: PROOF,
  },
  { name: 'of a clock that is a little ahead', headers: proof({ iat: now() + 10 }), verdict: 'accepted' },
  { name: 'of some seconds ago', headers: proof({ iat: now() - 40 }), verdict: 'accepted' },
];

const names: readonly ProofCase[] = [
  { name: 'without jti', headers: proof({ jti: undefined }), verdict: PROOF },
  { name: 'with an empty jti', headers: proof({ jti: '' }), verdict: PROOF },
  {
    name: 'with a number for jti',
    headers: proof({ jti: 1 }),
    verdict: PROOF,
    stricter: 'a jti is a string (RFC 7519 section 4.1.7)',
  },
  {
    name: 'with a jti of 600 characters',
    headers: proof({ jti: 'x'.repeat(600) }),
    verdict: PROOF,
    stricter: 'bounded, since stores remember it',
  },
];

const header: readonly ProofCase[] = [
  { name: 'with a long header', headers: proof({}, { kid: 'x'.repeat(2000) }), verdict: 'accepted' },
  { name: 'of typ JWT', headers: proof({}, { typ: 'JWT' }), verdict: PROOF },
  { name: 'of typ at+jwt', headers: proof({}, { typ: 'at+jwt' }), verdict: PROOF },
  { name: 'without typ', headers: proof({}, { typ: undefined }), verdict: PROOF },
  { name: 'of alg none', headers: proof({}, { alg: 'none' }), verdict: PROOF },
  { name: 'of alg None', headers: proof({}, { alg: 'None' }), verdict: PROOF },
  { name: 'of alg HS256', headers: proof({}, { alg: 'HS256' }), verdict: PROOF },
  {
    name: 'of alg HS256 with a symmetric key',
    headers: proof({}, { alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } }),
    verdict: PROOF,
  },
  { name: 'of another algorithm than its key', headers: proof({}, { alg: 'RS256' }), verdict: PROOF },
  { name: 'of an algorithm that is not allowed', headers: proof({}, { alg: 'ES512' }), verdict: PROOF },
  { name: 'without alg', headers: proof({}, { alg: undefined }), verdict: PROOF },
  { name: 'without jwk', headers: proof({}, { jwk: undefined }), verdict: PROOF },
  { name: 'with jwk null', headers: proof({}, { jwk: null }), verdict: PROOF },
  { name: 'with a list for jwk', headers: proof({}, { jwk: [] }), verdict: PROOF },
  { name: 'with a private jwk', headers: proof({}, { jwk: privateJwk }), verdict: PROOF },
  {
    name: 'with a private member that is null',
    headers: (parts) => proof({}, { jwk: { ...parts.client.publicJwk, d: null } })(parts),
    verdict: PROOF,
    stricter: 'a member of a private key is there',
  },
  {
    name: 'with a jwk that is off the curve',
    headers: (parts) => proof({}, { jwk: { ...parts.client.publicJwk, x: 'AAAA' } })(parts),
    verdict: PROOF,
  },
  {
    name: 'with a jwk for encryption',
    headers: (parts) => proof({}, { jwk: { ...parts.client.publicJwk, use: 'enc' } })(parts),
    verdict: PROOF,
    stricter: 'the key is for something else (RFC 7517 section 4.2)',
  },
  {
    name: 'with a jwk for another algorithm',
    headers: (parts) => proof({}, { jwk: { ...parts.client.publicJwk, alg: 'ES384' } })(parts),
    verdict: PROOF,
    stricter: 'the key is for something else (RFC 7517 section 4.4)',
  },
  {
    name: 'with an RSA key of 1024 bits',
    headers: proof({}, { alg: 'RS256', jwk: smallRsa.publicKey.export({ format: 'jwk' }) }),
    verdict: PROOF,
  },
  {
    name: 'with an RSA key that costs much',
    headers: proof({}, { alg: 'RS256', jwk: { ...rsa.publicJwk, e: rsa.publicJwk['n'] } }),
    verdict: PROOF,
  },
  { name: 'with a critical header parameter', headers: proof({}, { crit: ['exp'] }), verdict: PROOF },
  {
    name: 'with b64',
    headers: proof({}, { b64: true }),
    verdict: PROOF,
    stricter: 'RFC 7797 is not supported',
  },
];

const text: readonly ProofCase[] = [
  { name: 'that is no JWS', headers: respelled(() => 'proof'), verdict: PROOF },
  { name: 'that is empty', headers: respelled(() => ''), verdict: PROOF },
  { name: 'in two parts', headers: respelled((jws) => jws.split('.').slice(0, 2).join('.')), verdict: PROOF },
  { name: 'in four parts', headers: respelled((jws) => `${jws}.a`), verdict: PROOF },
  {
    name: 'with padding',
    headers: respelled((jws) => `${jws}=`),
    verdict: PROOF,
    stricter: 'base64url has no padding in a JWS (RFC 7515 section 2)',
  },
  {
    name: 'with a broken signature',
    headers: respelled((jws) => `${jws.slice(0, -8)}AAAAAAAA`),
    verdict: PROOF,
  },
  {
    name: 'of 20000 characters',
    headers: respelled((jws) => jws.replace('.', `.${'A'.repeat(9000)}`)),
    verdict: PROOF,
  },
  { name: 'whose payload is a list', headers: raw(() => '[]'), verdict: PROOF },
  { name: 'whose payload is null', headers: raw(() => 'null'), verdict: PROOF },
  { name: 'whose payload is no JSON', headers: raw(() => '{'), verdict: PROOF },
  {
    name: 'whose iat is beyond all numbers',
    headers: raw(({ token: sent, url }) =>
      JSON.stringify({ jti: 'a', htm: 'POST', htu: url, ath: athOf(sent), iat: 0 }).replace(
        '"iat":0',
        '"iat":1e999',
      ),
    ),
    verdict: PROOF,
  },
];

const headers: readonly ProofCase[] = [
  {
    name: 'that is not there',
    headers: ({ token: sent }) => ({ Authorization: `DPoP ${sent}` }),
    verdict: PROOF,
  },
  {
    name: 'that came twice',
    headers: (parts) =>
      withProof(
        parts,
        [0, 1].map(() => parts.client.proof({ ...parts, method: 'POST' })),
      ),
    verdict: '400 invalid_request',
  },
  {
    name: 'that came twice, the same',
    headers: (parts) =>
      withProof(parts, new Array<string>(2).fill(parts.client.proof({ ...parts, method: 'POST' }))),
    verdict: '400 invalid_request',
  },
  {
    name: 'that came twice in one header',
    headers: (parts) =>
      withProof(parts, [0, 1].map(() => parts.client.proof({ ...parts, method: 'POST' })).join(', ')),
    verdict: PROOF,
  },
  {
    name: 'with the bound token as a bearer token',
    headers: (parts) => ({ ...good(parts), Authorization: `Bearer ${parts.token}` }),
    verdict: TOKEN,
  },
  {
    name: 'left out, with the bound token as a bearer token',
    headers: ({ token: sent }) => ({ Authorization: `Bearer ${sent}` }),
    verdict: TOKEN,
  },
  {
    name: 'with the token under both schemes',
    headers: (parts) => ({ ...good(parts), Authorization: [`DPoP ${parts.token}`, `Bearer ${parts.token}`] }),
    verdict: '400 invalid_request',
    stricter: 'Node shows it the first header alone',
  },
  {
    name: 'with two words for a token',
    headers: (parts) => ({ ...good(parts), Authorization: `DPoP ${parts.token} x` }),
    verdict: '400 invalid_request',
  },
  {
    name: 'with no token',
    headers: (parts) => ({ ...good(parts), Authorization: 'DPoP ' }),
    verdict: '400 invalid_request',
  },
  {
    name: 'with no Authorization',
    headers: (parts) => ({ DPoP: good(parts)['DPoP'] }),
    verdict: '401 missing_credentials',
  },
  {
    name: 'under a scheme that only begins like DPoP',
    headers: (parts) => ({ ...good(parts), Authorization: `DPoPx ${parts.token}` }),
    verdict: '401 missing_credentials',
  },
  {
    name: 'with the scheme in small letters',
    headers: (parts) => ({ ...good(parts), Authorization: `dpop ${parts.token}` }),
    verdict: 'accepted',
  },
  { name: 'that is right', headers: good, verdict: 'accepted' },
  {
    name: 'beside an unbound bearer token, which needs none',
    headers: (parts) => ({ ...good(parts), Authorization: `Bearer ${parts.issuer.token()}` }),
    verdict: 'accepted',
    looser: 'it wants the scheme DPoP with every proof',
  },
];

export const proofCases: readonly ProofCase[] = [
  ...method,
  ...uri,
  ...token,
  ...time,
  ...names,
  ...header,
  ...text,
  ...headers,
];
