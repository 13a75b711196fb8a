import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import {
  cached,
  expressOauth2JwtBearer,
  jwtVerifier,
  nodeCrypto,
  staticKeys,
  type Verifier,
} from 'sallyport';
import { createTestIssuer, type TestIssuer } from 'sallyport/testing';
import { compete, table, type Contender } from './rounds';

const ROUNDS = 7;
const TIMES = 1500;

/** What one verification costs: every token new, one after the other, in this process. */
async function main(): Promise<void> {
  const issuer = createTestIssuer({ lifetimeSeconds: 3600 });
  const tokens = Array.from({ length: TIMES }, (_, index) => issuer.token({ jti: String(index) }));
  const floor = 'crypto.verify alone, on the event loop';
  const contenders = [
    { name: floor, run: rawOnLoop(issuer, tokens) },
    { name: 'crypto.verify alone, on the thread pool', run: rawOnPool(issuer, tokens) },
    { name: 'sallyport, nodeCrypto()', run: cold(issuer, tokens, nodeCrypto()) },
    { name: 'sallyport, express-oauth2-jwt-bearer', run: cold(issuer, tokens, expressOauth2JwtBearer()) },
    { name: 'jose jwtVerify', run: await jose(issuer, tokens) },
    { name: 'sallyport, a token that is cached', run: warm(issuer, tokens) },
  ];
  const results = await compete(contenders, ROUNDS, TIMES);
  process.stdout.write(
    `${table(`RS256, ${String(TIMES)} tokens, median of ${String(ROUNDS)} rounds`, results, floor)}\n`,
  );
}

type Run = Contender['run'];

function publicJwk(issuer: TestIssuer): JsonWebKey {
  const [jwk] = (issuer.jwks() as { keys: [JsonWebKey] }).keys;
  return jwk;
}

function split(token: string): { input: Buffer; signature: Buffer } {
  const end = token.lastIndexOf('.');
  return {
    input: Buffer.from(token.slice(0, end)),
    signature: Buffer.from(token.slice(end + 1), 'base64url'),
  };
}

function rawOnLoop(issuer: TestIssuer, tokens: readonly string[]): Run {
  const key = createPublicKey({ key: publicJwk(issuer), format: 'jwk' });
  return async (times) => {
    for (const token of tokens.slice(0, times)) {
      const { input, signature } = split(token);
      if (!verify('sha256', input, key, signature)) throw new Error('refused');
    }
    return Promise.resolve();
  };
}

function rawOnPool(issuer: TestIssuer, tokens: readonly string[]): Run {
  const key = createPublicKey({ key: publicJwk(issuer), format: 'jwk' });
  return async (times) => {
    for (const token of tokens.slice(0, times)) {
      const { input, signature } = split(token);
      await new Promise<void>((resolve, reject) => {
        verify('sha256', input, key, signature, (error, verified) => {
          if (verified) resolve();
          else reject(error ?? new Error('refused'));
        });
      });
    }
  };
}

function inTurn(verifier: Verifier, tokens: readonly string[]): Run {
  return async (times) => {
    for (const token of tokens.slice(0, times)) await verifier(token);
  };
}

function verifierOf(issuer: TestIssuer, engine = nodeCrypto()): Verifier {
  const keys = staticKeys(issuer.jwks() as { keys: object[] });
  return jwtVerifier({ issuer: issuer.issuer, audience: issuer.audience, keys, engine });
}

function cold(issuer: TestIssuer, tokens: readonly string[], engine: ReturnType<typeof nodeCrypto>): Run {
  return inTurn(verifierOf(issuer, engine), tokens);
}

function warm(issuer: TestIssuer, tokens: readonly string[]): Run {
  return inTurn(cached(verifierOf(issuer)), tokens);
}

async function jose({ jwks, issuer, audience }: TestIssuer, tokens: readonly string[]): Promise<Run> {
  const { createLocalJWKSet, jwtVerify } = await import('jose');
  const keys = createLocalJWKSet(jwks() as Parameters<typeof createLocalJWKSet>[0]);
  const options = { issuer, audience: audience as string, algorithms: ['RS256'], clockTolerance: 5 };
  return async (times) => {
    for (const token of tokens.slice(0, times)) await jwtVerify(token, keys, options);
  };
}

void main();
