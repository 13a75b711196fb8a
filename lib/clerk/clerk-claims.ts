import type { JwtPayload } from '../auth';
import { refuseUnknown } from '../options';
import type { JwtVerifierOptions } from '../tokens/jwt-verifier-options';

export interface ClerkClaimsOptions {
  /**
   * The origins of your front ends: a session token's `azp` must be one of them, so that a token which another site
   * of the same Clerk instance got hold of opens nothing here. null, spelled, to accept any and none.
   */
  readonly authorizedParties: readonly string[] | null;
  /** Refuse sessions that still have something to do (`sts` is not `active`), as Clerk's own libraries do. Default false. */
  readonly refusePending?: boolean;
}

export type ClerkClaims = Pick<JwtVerifierOptions, 'audience' | 'authorizedParties' | 'refuse'>;

/**
 * The rules for Clerk's session tokens, to be spread into those of a verifier: no audience, since they carry none, an
 * authorized party instead.
 *
 * @example
 * jwtVerifier({ issuer, ...clerkClaims({ authorizedParties: ['https://app.example'] }) });
 */
export function clerkClaims(options: ClerkClaimsOptions): ClerkClaims {
  refuseUnknown('clerkClaims', options, ['authorizedParties', 'refusePending']);
  const { authorizedParties, refusePending = false } = options;
  if (authorizedParties !== null && !isListOfNames(authorizedParties)) {
    throw new TypeError('clerkClaims: "authorizedParties" must be a list of origins, or null to accept any');
  }
  return {
    audience: null,
    ...(authorizedParties && { authorizedParties }),
    ...(refusePending && { refuse: refusePendingSession }),
  };
}

function refusePendingSession({ sts }: JwtPayload): string | undefined {
  return sts === undefined || sts === 'active' ? undefined : 'The session is not active yet.';
}

function isListOfNames(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '')
  );
}
