import type { Request } from 'express';
import type { Auth, Credential } from '../auth';
import type { Extractor } from '../credentials/extractor';
import { InvalidTokenError, type ChallengeSchemes } from '../errors';

/** Response headers by name. */
export type ProofHeaders = Readonly<Record<string, string>>;

/**
 * Checks whether the sender of a token holds the key that the token is bound to (RFC 7800): for each request, after the
 * token is verified and found not revoked. The result is never cached, since it is about the request and not the token.
 */
export interface Possession {
  /** Where tokens are read from. */
  readonly credentials: readonly Extractor[];
  /** The authentication schemes that a challenge offers. */
  readonly schemes: ChallengeSchemes;
  /** Throws or rejects with the error to refuse with. Returns headers for the answer, such as the next nonce. */
  readonly check: (
    auth: Auth,
    credential: Credential,
    request: Request,
  ) => ProofHeaders | Promise<ProofHeaders>;
}

/** Refuses a token that is bound to a key, where nothing checks possession, even if its verifier accepted it. */
export function checkUnbound({ kind, payload }: Auth): void {
  if (kind === 'token' && isBound(payload)) throw notProven();
}

/** True for a `cnf` of any type, also null. */
export function isBound(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && Object.hasOwn(payload, 'cnf');
}

export function notProven(): InvalidTokenError {
  return new InvalidTokenError(
    'proof',
    'The token is bound to a key (cnf), and the request does not prove to hold it.',
  );
}
