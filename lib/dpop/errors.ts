import { InvalidTokenError, type Challenge } from '../errors';

/** What the answer to a proof says beside its status: the next nonce, and whether it is all that is missing. */
export interface DpopRefusal {
  readonly error?: 'invalid_dpop_proof' | 'use_dpop_nonce';
  readonly nonce?: string | undefined;
}

/**
 * The DPoP proof is missing or wrong (RFC 9449 sections 7.1 and 9). Whoever sends it has not proven to hold the token's key,
 * so the refusal is no subject's: it counts against the address.
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
