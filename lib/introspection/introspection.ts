import { hash } from 'node:crypto';
import { whileWanted } from '../abort';
import type { Auth, Verifier } from '../auth';
import { InvalidTokenError, StoreUnavailableError } from '../errors';
import { vouch } from '../provenance';
import { guarded } from '../stores/guarded';
import { problem, type ClaimProblem } from '../tokens/claim-rules';
import {
  checkAudience,
  checkExpiry,
  checkIssuedAt,
  checkIssuer,
  checkNames,
  checkNotBefore,
  checkNumbers,
  checkSubject,
} from '../tokens/claims';
import { deepFreeze } from '../tokens/deep-freeze';
import { isProblem, readGrants } from '../tokens/grants';
import { checkBinding } from '../tokens/purpose';
import { MAX_TOKEN_LENGTH } from '../tokens/strict-jws';
import { ask, IntrospectionFailure } from './ask';
import { settle, type IntrospectionOptions, type Rules } from './options';

/**
 * Verifies opaque tokens by asking the authorization server that gave them (OAuth 2.0 Token Introspection, RFC 7662). Put
 * `cached()` around it: an answer is then repeated for 60 seconds, never past its `exp`, and asked for once at a time.
 *
 * @example
 * const endpoint = 'https://issuer.example/introspect';
 * const verify = cached(introspection({ endpoint, clientId: 'notes-api', clientSecret: secret, issuer, audience }));
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or out of range.
 * @throws {InvalidTokenError} 401, for a token that is not active, or not meant for here.
 * @throws {StoreUnavailableError} 503, where the endpoint gives no answer that counts: after three failures in a row it is
 * asked once a second.
 */
export function introspection(options: IntrospectionOptions): Verifier {
  const { asking, rules, untimed, now } = settle(options);
  const server = guarded(
    { ask: (token: string) => ask(token, asking).then(checkedAnswer, keepRefusal) },
    {
      name: 'introspection',
      // A little longer than the question's own deadline, which ends it better.
      deadlineMs: asking.timeoutMs + 1000,
      ...(options.onEvent && { onEvent: options.onEvent }),
    },
  );

  let answeredAt = -Infinity;

  return async function introspect(token, signal) {
    if (token.length > MAX_TOKEN_LENGTH) throw new InvalidTokenError('malformed', 'The token is too long.');
    const answer = await whileWanted(server.ask(token), signal);
    if (answer instanceof IntrospectionFailure) throw unanswered(answer, performance.now() - answeredAt);
    answeredAt = performance.now();
    if (answer['active'] !== true) throw new InvalidTokenError('claims', 'The token is not active.');
    if (!untimed && answer['exp'] === undefined && answer['iat'] === undefined)
      throw new InvalidTokenError('claims', 'Of the token neither exp nor iat is told.');
    return proofOf(token, answer, rules, Math.floor(now() / 1000));
  };
}

const ANSWERS_LATELY_MS = 60_000;

/**
 * A question that the server refuses while it answers others is one that a stranger made so: it counts against the address,
 * as a wrong token does. Where it refuses all of them, nobody here is to blame.
 */
function unanswered(cause: IntrospectionFailure, msSinceAnswer: number): StoreUnavailableError {
  const causedByCaller = cause.reason === 'refused' && msSinceAnswer < ANSWERS_LATELY_MS;
  return Object.assign(new StoreUnavailableError(1, { cause }), { causedByCaller });
}

type Answer = Readonly<Record<string, unknown>>;

/** For the circuit breaker an answer like any other, lest a stranger's tokens open it for everybody. */
function keepRefusal(error: unknown): IntrospectionFailure {
  if (error instanceof IntrospectionFailure && ['refused', 'limited'].includes(error.reason)) return error;
  throw error;
}

/** `active` is required (section 2.2): an answer without it says nothing about the token. */
function checkedAnswer(answer: Answer): Answer {
  if (typeof answer['active'] !== 'boolean') throw new IntrospectionFailure('malformed');
  return answer;
}

/** An answer that leaves the issuer out speaks of the one that was asked. */
function proofOf(token: string, answer: Answer, rules: Rules, now: number): Auth {
  const issuer = rules.names.expected;
  const payload = deepFreeze({ ...answer, iss: answer['iss'] ?? issuer } as Auth['payload']);
  const jws = { header: {}, payload };
  const found: ClaimProblem | undefined =
    checkIssuer(jws, rules) ??
    checkNumbers(jws) ??
    checkNames(jws) ??
    checkExpiry(jws, rules, now) ??
    checkNotBefore(jws, rules, now) ??
    checkIssuedAt(jws, rules, now) ??
    checkAudience(jws, rules) ??
    checkSubject(jws) ??
    checkBinding(jws, { boundTokens: false }) ??
    checkUse(payload);
  const granted = found ?? readGrants(rules, payload);
  if (isProblem(granted)) throw refusal(granted);
  const { sub: subject, exp: expiresAt } = payload as { sub: string; exp?: number };
  const auth: Auth = {
    kind: 'token',
    issuer,
    subject,
    ...granted,
    expiresAt,
    payload,
    header: Object.freeze({}),
  };
  return vouch(auth, { stillHolds: () => true, fingerprint: hash('sha256', token, 'base64url') });
}

/**
 * A server may call any token active that it gave (RFC 7662 section 2.2). Where it says of which use the token is, that must
 * be access; a type other than Bearer would have to be proven.
 */
function checkUse(answer: Answer): ClaimProblem | undefined {
  const { token_use: use, typ, token_type: type } = answer;
  if (type !== undefined && (typeof type !== 'string' || type.toLowerCase() !== 'bearer'))
    return problem('proof', 'The token is not a bearer token (token_type).');
  const isOther =
    (use !== undefined && use !== 'access_token' && use !== 'access') ||
    (typeof typ === 'string' && /^(refresh|offline|id)$/i.test(typ));
  return isOther ? problem('claims', 'The token is not an access token.') : undefined;
}

function refusal({ reason, detail, mismatch }: ClaimProblem): InvalidTokenError {
  return new InvalidTokenError(reason, detail, mismatch && { mismatch });
}
