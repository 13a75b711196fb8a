import type { JwtPayload } from '../auth';
import { refuseUnknown } from '../options';
import type { JwtVerifierOptions } from '../tokens/jwt-verifier-options';
import { notOfSession } from './session-token';

export interface ClerkClaimsOptions {
  /**
   * The origins of your front ends: `azp` of a session token must be one of them, so that a token issued to another
   * front end of the same Clerk instance is not accepted here. null accepts any `azp`, and tokens without one.
   */
  readonly authorizedParties: readonly string[] | null;
  /** Refuse sessions with pending tasks (`sts` is not `active`), as Clerk's own libraries do. Default false. */
  readonly refusePending?: boolean;
  /** Also accept tokens of a JWT template. They have no `sid`, so they cannot be revoked by session. Default false. */
  readonly template?: boolean;
  /** An additional rule. Pass it here: a `refuse` next to the spread would replace these rules, or the reverse. */
  readonly refuse?: NonNullable<JwtVerifierOptions['refuse']>;
}

export type ClerkClaims = Pick<JwtVerifierOptions, 'audience' | 'authorizedParties'> &
  Required<Pick<JwtVerifierOptions, 'refuse'>>;

/**
 * Options for Clerk's session tokens, to be spread into those of a verifier: no audience, since the tokens have no
 * `aud`, but authorized parties (`azp`). Every other token that the instance signs is refused: OAuth access tokens
 * (`typ` at+jwt), machine tokens, other categories (`cat`), tokens whose `sub` is not a user, tokens without `sid`.
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
