import { InvalidTokenError } from '../errors';
import type { Algorithm } from '../keys/algorithms';
import type { KeySource } from '../keys/key-source';
import { ID_KEEP_MS } from '../replays/once';
import type { ClaimProblem, ClaimRules, TokenParts } from '../tokens/claim-rules';
import { problem } from '../tokens/claim-rules';
import {
  checkAudience,
  checkExpiry,
  checkIssuedAt,
  checkIssuer,
  checkNames,
  checkNotBefore,
  checkNumbers,
} from '../tokens/claims';
import { deepFreeze } from '../tokens/deep-freeze';
import type { Engine } from '../tokens/engine';
import { checkHeader, type HeaderRule } from '../tokens/header';
import { parseStrictJws } from '../tokens/strict-jws';
import { usableKey } from '../tokens/usable-key';

/** Rules for every message of an issuer, whatever it reports. */
export interface MessageRules extends Pick<ClaimRules, 'names' | 'audience' | 'clockTolerance'> {
  readonly header: readonly HeaderRule[];
  readonly algorithms: ReadonlySet<Algorithm>;
  readonly keys: KeySource;
  readonly engine: Engine;
  /** Seconds after `iat` at which a message without `exp` expires; undefined: `exp` is not required. */
  readonly lifetime: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A message whose signature and claims are verified. Frozen. */
export interface Message extends TokenParts {
  /** The issuer under which its tokens are revoked, whichever alias `iss` has. */
  readonly issuer: string;
  readonly payload: TokenParts['payload'] & {
    readonly iss: string;
    readonly jti: string;
    readonly iat: number;
  };
}

type Check = (jws: TokenParts, rules: MessageRules, now: number) => ClaimProblem | undefined;

const CHECKS: readonly Check[] = [
  checkExpiry,
  checkNotBefore,
  checkIssuedAt,
  checkEnd,
  checkKept,
  checkAudience,
  checkNames,
  checkId,
];

/**
 * Verifies a message that an issuer sends, as its tokens are verified: strict parse, header, key, signature, claims.
 * Rejects with `InvalidTokenError`, and with `KeysUnavailableError` where the issuer's keys cannot be fetched.
 */
export async function readMessage(token: string, rules: MessageRules): Promise<Message> {
  const jws = parseStrictJws(token);
  const { alg, kid } = checkHeader(jws.header, rules.algorithms, rules.header);
  refuse(checkIssuer(jws, rules) ?? checkNumbers(jws));
  const key = usableKey(await rules.keys.find(kid, undefined, alg), alg, jws.payload.iss);
  if (!(await rules.engine.verify(jws, key, alg)))
    throw new InvalidTokenError('signature', "The token's signature does not verify.");
  deepFreeze(jws.payload);
  const now = Math.floor(rules.now() / 1000);
  for (const check of CHECKS) refuse(check(jws, rules, now));
  return { ...jws, issuer: rules.names.of(jws.payload) } as TokenParts as Message;
}

function refuse(found: ClaimProblem | undefined): void {
  if (!found) return;
  const { reason, detail, mismatch } = found;
  throw new InvalidTokenError(reason, detail, mismatch && { mismatch });
}

/** A message without `exp` expires `lifetime` seconds after its `iat`. */
function checkEnd({ payload }: TokenParts, { lifetime, clockTolerance }: MessageRules, now: number) {
  const { exp, iat } = payload;
  if (iat === undefined) return problem('claims', 'The token does not say when it was issued (iat).');
  if (exp !== undefined || lifetime === undefined || iat + lifetime > now - clockTolerance) return undefined;
  return problem('expired', 'The token does not expire (exp) and was issued too long ago.');
}

/** The `jti` is remembered for ID_KEEP_MS: after that, a replayed message would take effect again. */
function checkKept({ payload }: TokenParts, { clockTolerance }: MessageRules, now: number) {
  const { iat } = payload as Message['payload'];
  return now - iat > ID_KEEP_MS / 1000 - clockTolerance
    ? problem('too_old', 'The token was issued too long ago.')
    : undefined;
}

function checkId({ payload }: TokenParts) {
  const { jti } = payload as Readonly<Record<string, unknown>>;
  return typeof jti === 'string' && jti !== ''
    ? undefined
    : problem('claims', 'The token has no identifier (jti).');
}
