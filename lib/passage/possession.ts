import type { Request } from 'express';
import type { Auth, Credential } from '../auth';
import type { Extractor } from '../credentials/extractor';
import { InvalidTokenError, type ChallengeSchemes } from '../errors';

/** Response headers by name. */
export type ProofHeaders = Readonly<Record<string, string>>;

/**
 * Whether whoever sends a token holds the key that it is bound to (RFC 7800): asked for each request, of a token that is
 * verified and not revoked. Never cached, since it judges the request and not the token.
 */
export interface Possession {
  /** What tokens are taken from. */
  readonly credentials: readonly Extractor[];
  /** What a challenge offers. */
  readonly schemes: ChallengeSchemes;
  /**
   * Throws or rejects with the refusal. Gives what the answer's headers must say, such as the next nonce.
   */
  readonly check: (
    auth: Auth,
    credential: Credential,
    request: Request,
  ) => ProofHeaders | Promise<ProofHeaders>;
}

/** Where nothing can prove possession: a token that is bound to a key is refused, whichever verifier let it through. */
export function checkUnbound({ kind, payload }: Auth): void {
  if (kind === 'token' && isBound(payload)) throw notProven();
}

/** A `cnf` of any shape, null too. */
export function isBound(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && Object.hasOwn(payload, 'cnf');
}

export function notProven(): InvalidTokenError {
  return new InvalidTokenError(
    'proof',
    'The token is bound to a key (cnf), and the request does not prove to hold it.',
  );
}
