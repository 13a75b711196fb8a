import { strict as assert } from 'node:assert';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose';
import { expressOauth2JwtBearer, InvalidTokenError, jwtVerifier, nodeCrypto, staticKeys } from 'sallyport';
import type { Auth, Verifier } from 'sallyport';
import { property, type FuzzTarget } from '../target';
import { ALGORITHMS, AUDIENCE, ISSUER, jwks } from '../support/signing';
import { tokenInputs, tokenOf } from '../support/token-inputs';

/** Seconds by which clocks may differ. */
const TOLERANCE = 5;
let time = Date.now();

const verifiers = [expressOauth2JwtBearer(), nodeCrypto()].map((engine) =>
  jwtVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ALGORITHMS,
    clockTolerance: TOLERANCE,
    keys: staticKeys(jwks),
    engine,
    now: () => time,
  }),
);
const joseKeys = createLocalJWKSet(jwks);

type Verdict =
  | { readonly accepted: true; readonly auth: Auth }
  | { readonly accepted: false; readonly reason: string; readonly proven: unknown };

async function verdictOf(verify: Verifier, token: string): Promise<Verdict> {
  try {
    return { accepted: true, auth: await verify(token) };
  } catch (error) {
    assert(error instanceof InvalidTokenError, `refused with ${String(error)}, which is not ours`);
    assert.deepEqual([error.status, error.code], [401, 'invalid_token']);
    assert(!error.detail.includes(token.slice(-40)), 'the refusal quotes the token');
    return { accepted: false, reason: error.reason, proven: error.proven };
  }
}

/** The payload that jose believes, or its complaint. */
async function joseVerdict(token: string): Promise<JWTPayload | Error> {
  return jwtVerify(token, joseKeys, {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: [...ALGORITHMS],
    clockTolerance: TOLERANCE,
    requiredClaims: ['exp', 'sub'],
    currentDate: new Date(time),
  }).then(
    ({ payload }) => payload,
    (error: unknown) => error as Error,
  );
}

/** The one spelling of its bytes, which jose does not insist on. */
function canonical(token: string): string {
  return token
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('base64url'))
    .join('.');
}

/** Tokens that jose refuses and we accept, each for a reason. There are none. */
const ACCEPTED_ALL_THE_SAME: readonly {
  readonly why: string;
  readonly covers: (header: object, payload: object) => boolean;
}[] = [];

/** Both engines say the same of every token, whose refusals are ours, and accept none that jose refuses. */
export const tokens: FuzzTarget = {
  name: 'tokens',
  runs: 400,
  async open() {
    return property(tokenInputs, async (input) => {
      time = Date.now();
      const token = tokenOf(input, Math.floor(time / 1000));
      const [one, other] = await Promise.all(verifiers.map((verify) => verdictOf(verify, token)));
      assert.deepEqual(one, other, 'the engines disagree');
      if (!one?.accepted) return;
      assert.equal(token, canonical(token), 'accepted in a second spelling');
      const believed = await joseVerdict(token);
      if (believed instanceof Error) {
        const listed = ACCEPTED_ALL_THE_SAME.some(({ covers }) =>
          covers(decodeProtectedHeader(token), one.auth.payload),
        );
        assert(listed, `accepted, and jose refuses it: ${believed.message}`);
        return;
      }
      assert.equal(JSON.stringify(one.auth.payload), JSON.stringify(believed), 'read in another way by jose');
    });
  },
};
