import { createPublicKey, hash, verify } from 'node:crypto';
import { auth as oauth2 } from 'express-oauth2-jwt-bearer';
import { rateLimit } from 'express-rate-limit';
import { LRUCache } from 'lru-cache';
import sallyportModule from '../../../dist/lib/index.js';
import hiddenClassModule from '../../../dist/lib/passage/hidden-class.js';
import { appWith, bearerOf, verifying } from './route.mjs';

const { authenticate, cached, jwtVerifier, memoryUsers, nodeCrypto, sallyport, staticKeys } = sallyportModule;
const { useDictionary } = hiddenClassModule;

/** High enough that no limit is reached, so that each contender counts and none refuses. */
const PER_MINUTE = 1_000_000_000;
const MAX_TOKENS = 10_000;

/**
 * Each builds an Express app around the same route from `{ issuer, audience, jwks }`.
 */
export const contenders = {
  bare: { title: 'bare Express 5', build: () => appWith() },
  dictionary: { title: 'bare Express 5, requests in dictionary mode', build: inDictionaryMode },
  'fast-jwt': { title: 'fast-jwt with its cache, verification alone', build: fastJwt },
  'aws-jwt-verify': { title: 'aws-jwt-verify, verification alone', build: awsJwtVerify },
  jose: { title: 'jose, verification alone', build: jose },
  eojb: { title: 'express-oauth2-jwt-bearer, verification alone', build: (given) => appWith([eojb(given)]) },
  assembled: {
    title: 'assembled: 2 x express-rate-limit, EOJB, user map, owner check',
    build: assembled,
  },
  'floor-loop': { title: 'floor: SHA-256 + LRU, crypto.verify on the loop', build: floorOnLoop },
  'floor-pool': { title: 'floor: SHA-256 + LRU, crypto.verify on the pool', build: floorOnPool },
  cached: { title: 'sallyport: cached(jwtVerifier()) alone, default engine', build: cachedAlone },
  default: { title: 'sallyport() whole, default engine', build: (given) => whole(given, {}) },
  nodeCrypto: {
    title: 'sallyport() whole, nodeCrypto()',
    build: (given) => whole(given, { engine: nodeCrypto() }),
  },
};

/** Alone, what sallyport does so that V8 keeps the properties of a request in a hash table: see lib/passage/hidden-class.ts. */
function inDictionaryMode() {
  return appWith([
    (request, response, next) => {
      useDictionary(request, 'statusCode');
      useDictionary(response, 'sendDate');
      next();
    },
  ]);
}

async function fastJwt({ jwks, issuer, audience }) {
  const { createVerifier } = await import('fast-jwt');
  const key = createPublicKey({ key: jwks.keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const check = createVerifier({
    key,
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    cache: MAX_TOKENS,
  });
  return appWith([verifying((token) => check(token))]);
}

async function awsJwtVerify({ jwks, issuer, audience }) {
  const { JwtVerifier } = await import('aws-jwt-verify');
  const verifier = JwtVerifier.create({ issuer, audience });
  verifier.cacheJwks(jwks);
  return appWith([verifying((token) => verifier.verify(token))]);
}

async function jose({ jwks, issuer, audience }) {
  const { createLocalJWKSet, jwtVerify } = await import('jose');
  const keys = createLocalJWKSet(jwks);
  const options = { issuer, audience, algorithms: ['RS256'] };
  return appWith([verifying(async (token) => (await jwtVerify(token, keys, options)).payload)]);
}

function eojb({ jwks, issuer, audience }) {
  return oauth2({ issuer, audience, publicKey: { keys: jwks.keys }, tokenSigningAlg: 'RS256' });
}

function assembled(given) {
  const users = new Map();
  const limit = (keyGenerator) =>
    rateLimit({
      windowMs: 60_000,
      limit: PER_MINUTE,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      ...(keyGenerator && { keyGenerator }),
    });
  const provision = (request, _response, next) => {
    const { sub } = request.auth.payload;
    request.user = users.get(sub) ?? { id: sub };
    users.set(sub, request.user);
    next();
  };
  const own = (request, response, next) => {
    if (request.params.userId === request.auth.payload.sub) next();
    else response.status(403).end();
  };
  const subject = limit((request) => request.auth.payload.sub);
  return appWith([limit(), eojb(given), provision, subject], [own]);
}

/** The least that a cached verification can be: a hash of the token, a look-up, and crypto.verify where that misses. */
function floor({ jwks }, verifyWith) {
  const key = createPublicKey({ key: jwks.keys[0], format: 'jwk' });
  const known = new LRUCache({ max: MAX_TOKENS });
  return appWith([floorOf]);

  function floorOf(request, response, next) {
    const token = bearerOf(request);
    const name = hash('sha256', token, 'base64url');
    request.auth = known.get(name);
    if (request.auth) {
      next();
      return;
    }
    verifyWith(key, token, (good) => {
      if (!good) {
        response.status(401).end();
        return;
      }
      request.auth = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
      known.set(name, request.auth);
      next();
    });
  }
}

function partsOf(token) {
  const end = token.lastIndexOf('.');
  return [Buffer.from(token.slice(0, end)), Buffer.from(token.slice(end + 1), 'base64url')];
}

function floorOnLoop(given) {
  return floor(given, (key, token, done) => {
    const [input, signature] = partsOf(token);
    done(verify('sha256', input, key, signature));
  });
}

function floorOnPool(given) {
  return floor(given, (key, token, done) => {
    const [input, signature] = partsOf(token);
    verify('sha256', input, key, signature, (error, good) => done(!error && good));
  });
}

function cachedAlone({ jwks, issuer, audience }) {
  const verifier = cached(jwtVerifier({ issuer, audience, keys: staticKeys(jwks) }));
  return appWith([authenticate({ verifier })]);
}

function whole({ jwks, issuer, audience }, options) {
  const port = sallyport({
    issuer,
    audience,
    keys: staticKeys(jwks),
    users: memoryUsers(),
    addressLimit: { perMinute: PER_MINUTE },
    subjectLimit: { perMinute: PER_MINUTE },
    ...options,
  });
  return appWith([port], [port.requireOwner('userId')], [port.problemDetails]);
}
