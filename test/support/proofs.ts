import type { Auth } from '../../lib/auth';
import { vouch } from '../../lib/provenance';

interface TokenFacts {
  readonly issuer: string;
  readonly subject?: string;
  readonly jti?: string;
  readonly sid?: string;
  readonly iat?: number | undefined;
  readonly fingerprint?: string;
}

/** A proof as a token verifier makes it, without the token. */
export function tokenProof({ issuer, subject = 'alice', fingerprint, ...claims }: TokenFacts): Auth {
  const auth: Auth = {
    kind: 'token',
    issuer,
    subject,
    scopes: [],
    roles: [],
    expiresAt: undefined,
    payload: { iss: issuer, sub: subject, ...(claims as Record<string, string | number>) },
    header: { alg: 'RS256' },
  };
  return vouch(auth, { stillHolds: () => true, ...(fingerprint !== undefined && { fingerprint }) });
}

interface KeyFacts {
  readonly issuer: string;
  readonly keyId: string;
  /** Seconds since the epoch. */
  readonly keyCreatedAt: number;
}

/** A proof as an API key verifier makes it, without the key. */
export function keyProof({ issuer, ...provenance }: KeyFacts): Auth {
  const subject = 'alice';
  const payload = { iss: issuer, sub: subject };
  const auth: Auth = {
    kind: 'api-key',
    issuer,
    subject,
    scopes: [],
    roles: [],
    expiresAt: undefined,
    payload,
    header: {},
  };
  return vouch(auth, { stillHolds: () => true, ...provenance });
}
