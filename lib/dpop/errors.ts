import { InvalidTokenError, type Challenge } from '../errors';

/**
 * `error` of the challenge, and the nonce to use from now on (the `DPoP-Nonce` header). With `use_dpop_nonce` the client
 * repeats the request with that nonce in its proof (RFC 9449 section 9).
 */
export interface DpopRefusal {
  readonly error?: 'invalid_dpop_proof' | 'use_dpop_nonce';
  readonly nonce?: string | undefined;
}

/**
 * 401: the DPoP proof is missing or wrong (RFC 9449 sections 7.1 and 9). Its sender has not proven to hold the token's
 * key, so the rate limit of the address counts the refusal, not that of the subject.
 */
export class InvalidDpopProofError extends InvalidTokenError {
  override readonly challenge: Challenge;
  override readonly extraHeaders: Readonly<Record<string, string>>;

  constructor(detail: string, { error = 'invalid_dpop_proof', nonce }: DpopRefusal = {}) {
    super('proof', detail);
    this.challenge = { error };
    this.extraHeaders = nonce === undefined ? {} : { 'DPoP-Nonce': nonce };
  }
}
