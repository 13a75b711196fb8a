import { createPublicKey, hash, verify } from 'node:crypto';
import { auth as oauth2 } from 'express-oauth2-jwt-bearer';
import { LRUCache } from 'lru-cache';
import dpop from '../../../dist/lib/dpop/index.js';
import sallyport from '../../../dist/lib/index.js';
import testing from '../../../dist/lib/testing/index.js';
import { aboutMachine } from './machine.mjs';
import { wantsJson } from './options.mjs';
import { say } from './report.mjs';
import { line, microseconds } from './timing.mjs';
import { audience, issuer, makeKeys, mint } from './tokens.mjs';

const { cached, expressOauth2JwtBearer, jwtVerifier, memoryReplays, nodeCrypto, staticKeys } = sallyport;
const TIMES = 1500;
const ROUNDS = 7;
const USAGE = `Usage: npm run bench:micro -- [--json]

Microseconds that one verification takes in one process, of new tokens and of cached ones, beside other libraries.
`;

/** What one verification costs in this process: every token new, one after the other; and one that is cached. */
async function main() {
  const json = wantsJson(USAGE);
  say(await aboutMachine());
  const { jwks, pem } = makeKeys();
  const tokens = await mint(pem, TIMES);
  const given = { jwks, key: createPublicKey({ key: jwks.keys[0], format: 'jwk' }) };
  const tables = [
    await measured(
      'Every token new (RS256, 2048 bits)',
      'crypto.verify on the loop',
      await coldOnes(given),
      tokens,
    ),
    await measured(
      'A token that is cached',
      'floor: SHA-256 and a look-up',
      await cachedOnes(given, tokens),
      tokens,
    ),
    await measured(
      'A cached token, with and without a proof of possession (DPoP, ES256)',
      'plain token',
      boundOnes(),
      tokens,
    ),
  ];
  process.stdout.write(json ? `${JSON.stringify(tables, null, 2)}\n` : tables.map(text).join(''));
}

async function coldOnes({ jwks, key }) {
  const keys = staticKeys(jwks);
  const ours = (engine) => jwtVerifier({ issuer, audience, keys, engine });
  return [
    ['crypto.verify on the loop', rawOnLoop(key)],
    ['crypto.verify on the pool', rawOnPool(key)],
    ['sallyport, nodeCrypto()', ours(nodeCrypto())],
    ['fast-jwt', await fastJwt(key)],
    ['aws-jwt-verify', await awsJwtVerify(jwks)],
    ['jose', await jose(jwks)],
    ['express-oauth2-jwt-bearer', eojb(jwks)],
    ['sallyport, default engine', ours(expressOauth2JwtBearer())],
  ];
}

async function cachedOnes({ jwks, key }, tokens) {
  const known = new LRUCache({ max: 10_000 });
  for (const token of tokens) known.set(hash('sha256', token, 'base64url'), {});
  const verifier = cached(jwtVerifier({ issuer, audience, keys: staticKeys(jwks), engine: nodeCrypto() }));
  return [
    ['floor: SHA-256 and a look-up', (token) => known.get(hash('sha256', token, 'base64url'))],
    ['sallyport: cached(jwtVerifier())', verifier],
    ['fast-jwt with its cache', await fastJwt(key, 10_000)],
  ];
}

/** The token of a round is one; each request has a proof of its own, and each round a store that has seen none of them. */
function boundOnes() {
  const { createDpopClient, createTestIssuer } = testing;
  const client = createDpopClient();
  const mint = createTestIssuer({ issuer, audience });
  const token = mint.token({ cnf: { jkt: client.jkt } });
  const plain = mint.token();
  const url = 'https://api.example/notes';
  const proofs = Array.from({ length: TIMES }, () => client.headers(token, { url }).DPoP);
  const options = { issuer, audience, keys: mint.keys, engine: nodeCrypto() };
  const verifier = cached(jwtVerifier({ ...options, boundTokens: true }));
  let kept = memoryReplays();
  const replays = { claim: (...given) => kept.claim(...given) };
  const { check } = dpop.possession({
    dpop: { publicUrl: 'https://api.example', maxAgeSeconds: 3600 },
    replays,
  });
  let next = 0;
  return [
    ['plain token', () => verifier(plain)],
    [
      'token with a DPoP proof',
      async () => {
        if (next === 0) kept = memoryReplays();
        const credential = { kind: 'token', credential: token, dpopProof: proofs[next] };
        next = (next + 1) % TIMES;
        const request = { method: 'GET', url: '/notes', originalUrl: '/notes', headers: {}, socket: {} };
        await check(await verifier(token), credential, request);
      },
    ],
    ['crypto.verify of the proof', proofAlone(proofs)],
  ];
}

/** What no DPoP can go below: the signature of the proof, with its key at hand. */
function proofAlone(proofs) {
  const [header] = proofs[0].split('.');
  const { jwk } = JSON.parse(Buffer.from(header, 'base64url').toString());
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  let next = 0;
  return () => {
    const [input, signature] = partsOf(proofs[next]);
    next = (next + 1) % TIMES;
    if (!verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)) throw new Error('refused');
  };
}

async function measured(title, floor, contenders, tokens) {
  const runs = contenders.map(([name, once]) => ({
    name,
    run: async (times) => {
      for (let index = 0; index < times; index += 1) await once(tokens[index]);
    },
  }));
  const results = await microseconds(runs, { rounds: ROUNDS, times: TIMES });
  const base = results.get(floor).median;
  return { title, rows: [...results].map(([name, row]) => ({ name, ...row, ofFloor: row.median / base })) };
}

function text({ title, rows }) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map((row) => line(row.name, row, width, `${row.ofFloor.toFixed(2)} x`));
  return `${title}: microseconds each, median (lowest-highest)\n${lines.join('\n')}\n`;
}

function partsOf(token) {
  const end = token.lastIndexOf('.');
  return [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), 'base64url')];
}

function rawOnLoop(key) {
  return (token) => {
    const [input, signature] = partsOf(token);
    if (!verify('sha256', input, key, signature)) throw new Error('refused');
  };
}

function rawOnPool(key) {
  return (token) =>
    new Promise((resolve, reject) => {
      const [input, signature] = partsOf(token);
      verify('sha256', input, key, signature, (error, good) => (good ? resolve() : reject(error)));
    });
}

async function fastJwt(key, cache = false) {
  const { createVerifier } = await import('fast-jwt');
  const pem = key.export({ type: 'spki', format: 'pem' });
  return createVerifier({ key: pem, algorithms: ['RS256'], allowedIss: issuer, allowedAud: audience, cache });
}

async function awsJwtVerify(jwks) {
  const { JwtVerifier } = await import('aws-jwt-verify');
  const verifier = JwtVerifier.create({ issuer, audience });
  verifier.cacheJwks(jwks);
  return (token) => verifier.verify(token);
}

async function jose(jwks) {
  const { createLocalJWKSet, jwtVerify } = await import('jose');
  const keys = createLocalJWKSet(jwks);
  return (token) => jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256'] });
}

/** The library itself, on a stand-in request: what the default engine cannot go below. */
function eojb({ keys }) {
  const handler = oauth2({ issuer, audience, publicKey: { keys }, tokenSigningAlg: 'RS256' });
  return (token) =>
    new Promise((resolve, reject) => {
      const request = {
        headers: { authorization: `Bearer ${token}` },
        method: 'GET',
        protocol: 'https',
        url: '/',
        get: () => 'stand-in',
        is: () => false,
      };
      handler(request, {}, (error) => (error ? reject(error) : resolve()));
    });
}

await main();
