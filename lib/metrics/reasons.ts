import type { InvalidTokenReason } from '../errors';

const TOKEN_REASONS: Readonly<Record<InvalidTokenReason, true>> = {
  malformed: true,
  header: true,
  algorithm: true,
  unknown_issuer: true,
  unknown_key: true,
  signature: true,
  claims: true,
  expired: true,
  not_yet_valid: true,
  audience: true,
  authorized_party: true,
  subject: true,
  proof: true,
  too_old: true,
  revoked: true,
  api_key: true,
  address: true,
};

const REASONS: ReadonlySet<string> = new Set([
  ...Object.keys(TOKEN_REASONS),
  'missing_credentials',
  'invalid_request',
  'keys_unavailable',
  'store_unavailable',
  'revocations_unavailable',
  'internal',
]);

/** A host's own verifier may use any reason, even one made from input: the number of series must stay limited. */
export function reasonLabel(reason: string): string {
  return REASONS.has(reason) ? reason : 'other';
}
