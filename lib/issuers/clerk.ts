import { clerkClaims, type ClerkClaimsOptions } from '../clerk/clerk-claims';
import type { IssuerOptions } from '../sallyport-options';
import { claimAt } from '../tokens/claim-at';
import { addressOf } from './address';
import { organizationPermissions, organizationRole } from './clerk-organization';
import { scopesOf } from './grants';
import { reader, type PresetOptions } from './preset';

export interface ClerkOptions
  extends PresetOptions, Pick<ClerkClaimsOptions, 'authorizedParties' | 'template'> {
  /** Configure > API keys > Frontend API URL: `https://clerk.example.com`, or `https://<words>.clerk.accounts.dev`. */
  readonly issuer: string;
  /** Refuse sessions with pending tasks (`sts` is not `active`), as Clerk's own libraries do. Default true. */
  readonly refusePending?: boolean;
}

/**
 * Clerk. Accepts session tokens of users. Refuses all other tokens of the instance: OAuth access tokens, ID tokens,
 * machine tokens and, without `template`, tokens of a JWT template. Session tokens have no `aud`: `authorizedParties`
 * are the origins of your front ends, which are compared with `azp`; null accepts any. `auth.roles` is the role in the
 * active organization (`editor`). `auth.scopes` are the permissions in it (`org:notes:read`), and those of a custom
 * claim `scope`. Both are read from session tokens of versions 1 and 2.
 *
 * @example
 * sallyport({ ...clerk({ issuer: 'https://clerk.example.com', authorizedParties: ['https://app.example.com'] }), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function clerk(options: ClerkOptions): IssuerOptions {
  const own = ['issuer', 'authorizedParties', 'template', 'refusePending'];
  const read = reader('clerk', options, own);
  const { authorizedParties, template = false, refusePending = true } = options;
  const { refuse, ...claims } = clerkClaims({ authorizedParties, template, refusePending });
  return {
    issuer: addressOf(read, 'issuer', options.issuer, 'the Frontend API URL (Configure > API keys)'),
    ...claims,
    roles: organizationRole,
    scopes: scopesOf(claimAt('scope'), organizationPermissions),
    ...read.rules({ refuse }),
  };
}
