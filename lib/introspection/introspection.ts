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
 * Verifies opaque tokens by asking the authorization server that issued them (OAuth 2.0 Token Introspection, RFC 7662).
 * Wrap it in `cached()`: an answer is then reused for 60 seconds, never past its `exp`, and concurrent requests with one
 * token cause one request.
 *
 * @example
 * const endpoint = 'https://issuer.example/introspect';
 * const verify = cached(introspection({ endpoint, clientId: 'notes-api', clientSecret: secret, issuer, audience }));
 *
 * @throws {TypeError} at mount, for an option that is unknown, missing or out of range.
 * @throws {InvalidTokenError} 401, for a token that is not active, or not meant for here.
 * @throws {StoreUnavailableError} 503, where the endpoint gives no valid answer. After three failures in a row a circuit
 * breaker lets one request per second through.
 */
export function introspection(options: IntrospectionOptions): Verifier {
  const { asking, rules, untimed, now } = settle(options);
  const server = guarded(
    { ask: (token: string) => ask(token, asking).then(checkedAnswer, keepRefusal) },
    {
      name: 'introspection',
      // Longer than the timeout of the request itself, which should fire first and abort the request.
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
 * A request that the server refuses while it answers others was refused for its token: it counts against the address, as
 * a wrong token does. Where the server refuses all of them, no caller is the cause.
 */
function unanswered(cause: IntrospectionFailure, msSinceAnswer: number): StoreUnavailableError {
  const causedByCaller = cause.reason === 'refused' && msSinceAnswer < ANSWERS_LATELY_MS;
  return Object.assign(new StoreUnavailableError(1, { cause }), { causedByCaller });
}

type Answer = Readonly<Record<string, unknown>>;

/** Not a failure for the circuit breaker, since one client's tokens could otherwise open it for all. */
function keepRefusal(error: unknown): IntrospectionFailure {
  if (error instanceof IntrospectionFailure && ['refused', 'limited'].includes(error.reason)) return error;
  throw error;
}

/** `active` is required (section 2.2): an answer without it says nothing about the token. */
function checkedAnswer(answer: Answer): Answer {
  if (typeof answer['active'] !== 'boolean') throw new IntrospectionFailure('malformed');
  return answer;
}

/** `iss` is optional in an answer: without it, the configured issuer is meant. */
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
 * A server may report any of its tokens as active (RFC 7662 section 2.2). Where the answer names the token's use, that
 * must be access; a type other than Bearer would need a proof of possession.
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
