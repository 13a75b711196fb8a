import type { JwtPayload } from '../auth';
import { refuseUnknown } from '../options';
import type { JwtVerifierOptions } from '../tokens/jwt-verifier-options';
import { notOfSession } from './session-token';

export interface ClerkClaimsOptions {
  /**
   * The origins of your front ends: a session token's `azp` must be one of them, so that a token which another site
   * of the same Clerk instance got hold of opens nothing here. null, written out, accepts any `azp` and none.
   */
  readonly authorizedParties: readonly string[] | null;
  /** Refuse sessions that still have something to do (`sts` is not `active`), as Clerk's own libraries do. Default false. */
  readonly refusePending?: boolean;
  /** Accept a user's tokens of a token template too. They have no `sid`, so sessions cannot be revoked one by one. Default false. */
  readonly template?: boolean;
  /** A rule of your own beside these. Given here, since one that is given beside the spread would replace them. */
  readonly refuse?: NonNullable<JwtVerifierOptions['refuse']>;
}

export type ClerkClaims = Pick<JwtVerifierOptions, 'audience' | 'authorizedParties'> &
  Required<Pick<JwtVerifierOptions, 'refuse'>>;

/**
 * The rules for Clerk's session tokens, to be spread into those of a verifier: no audience, since they carry none, an
 * authorized party instead. Everything else that the same instance signs is refused: OAuth access tokens (`typ` at+jwt),
 * machine tokens, another category (`cat`), a `sub` that is not a user's, no `sid`.
 *
 * @throws {TypeError} when it is called, for an option that is unknown, missing or malformed.
 *
 * @example
 * jwtVerifier({ issuer, ...clerkClaims({ authorizedParties: ['https://app.example'] }) });
 */
export function clerkClaims(options: ClerkClaimsOptions): ClerkClaims {
  refuseUnknown('clerkClaims', options, ['authorizedParties', 'refusePending', 'template', 'refuse']);
  const { authorizedParties, refusePending = false, template = false, refuse } = options;
  if (authorizedParties !== null && !isListOfNames(authorizedParties)) {
    throw new TypeError('clerkClaims: "authorizedParties" must be a list of origins, or null to accept any');
  }
  if (typeof (template as unknown) !== 'boolean')
    throw new TypeError('clerkClaims: "template" must be true or false');
  if (refuse !== undefined && typeof (refuse as unknown) !== 'function') {
    throw new TypeError('clerkClaims: "refuse" must be a function');
  }
  return {
    audience: null,
    ...(authorizedParties && { authorizedParties }),
    refuse: (payload, header) =>
      notOfSession(payload, header, template) ??
      (refusePending ? refusePendingSession(payload) : undefined) ??
      refuse?.(payload, header),
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
