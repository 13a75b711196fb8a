import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export const issuer = 'https://issuer.example';
export const audience = 'https://api.example';
export const USERS = 500;

/** A key pair, with its public half as a JWK Set and as PEM. */
export function makeKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench-1', alg: 'RS256', use: 'sig' };
  return {
    jwks: { keys: [jwk] },
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }),
  };
}

/** `count` different tokens of 500 users, in order; signed by as many threads as there are cores. */
export async function mint(pem, count) {
  const threads = availableParallelism();
  const share = Math.ceil(count / threads);
  const parts = Array.from({ length: threads }, (_, index) => signing({ pem, from: index * share, share }));
  return (await Promise.all(parts)).flat().slice(0, count);
}

export function userOf(index) {
  return `user_2aBcDeFgHiJkLmNoPqRsTu${String(index % USERS).padStart(3, '0')}`;
}

function signing(data) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: data });
    worker.once('message', resolve).once('error', reject);
  });
}

/** As long as a session token of Clerk's is. */
function tokenOf(key, index, now) {
  const header = encode({ alg: 'RS256', kid: 'bench-1', typ: 'JWT' });
  const payload = encode({
    iss: issuer,
    sub: userOf(index),
    aud: audience,
    azp: 'https://app.example',
    sid: `sess_2aBcDeFgHiJkLmNoPqRsTu${index}`,
    iat: now,
    nbf: now - 10,
    exp: now + 3600,
    fva: [4, -1],
    v: 2,
  });
  const input = `${header}.${payload}`;
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

if (!isMainThread && workerData?.pem) {
  const { pem, from, share } = workerData;
  const now = Math.floor(Date.now() / 1000);
  // Made once: from PEM it costs as much as a signature.
  const key = createPrivateKey(pem);
  parentPort.postMessage(Array.from({ length: share }, (_, index) => tokenOf(key, from + index, now)));
}
