import type { JwtPayload } from '../auth';
import type { OnEvent } from '../events';
import { remoteKeys } from '../keys/remote-keys';
import type { IssuerOptions } from '../sallyport-options';
import { addressOf, oneOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface SupabaseOptions extends PresetOptions {
  /** Project settings > General > Project ID: `abcdefghijklmnopqrst`. */
  readonly projectRef?: string;
  /** In place of `projectRef`: `iss` as it stands in the tokens, `https://<your domain>/auth/v1`. */
  readonly issuer?: string;
  /** Accept users who have signed in anonymously too. Default false. */
  readonly anonymous?: boolean;
  /** Told what happens to the keys. */
  readonly onEvent?: OnEvent;
}

/**
 * Supabase Auth, with a project on signing keys (Project settings > JWT keys): what is signed with the legacy JWT secret
 * cannot be verified by anybody who may not sign too, and is refused. Accepted are access tokens of users who have signed
 * in (`session.access_token`). Refused are the anon and service_role keys, which say nothing of a user, and unless
 * `anonymous` says otherwise anonymous users. No scopes and no roles: `role` is that of the database. Roles of your own
 * come into the token by a Custom Access Token Hook.
 *
 * @example
 * sallyport({ ...supabase({ projectRef: 'abcdefghijklmnopqrst' }), roles: claimAt('user_role'), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or wrong.
 */
export function supabase(options: SupabaseOptions): IssuerOptions {
  const read = reader('supabase', options, ['projectRef', 'issuer', 'anonymous', 'onEvent']);
  const { projectRef, issuer, onEvent } = options;
  oneOf(read, { projectRef, issuer });
  const address = issuer === undefined ? issuerOfProject() : addressOf(read, 'issuer', issuer, 'an address');
  const anonymous = read.flag('anonymous', options.anonymous);
  return {
    issuer: address,
    audience: 'authenticated',
    algorithms: ['ES256', 'RS256'],
    // Not every project has a discovery document.
    keys: remoteKeys({ jwksUri: supabaseKeys(address), ...(onEvent && { onEvent }) }),
    ...read.rules({
      claims: { role: 'authenticated' },
      ...(!anonymous && { refuse: refuseAnonymous }),
    }),
  };

  function issuerOfProject(): string {
    const ref = read.text('projectRef', projectRef, 'the Project ID (Project settings > General)');
    if (!/^[a-z0-9-]+$/.test(ref)) throw read.misuse('"projectRef" must be the Project ID, not an address');
    return `https://${ref}.supabase.co/auth/v1`;
  }
}

/** Where a project's JWK Set is. */
export function supabaseKeys(issuer: string): string {
  return `${issuer}/.well-known/jwks.json`;
}

function refuseAnonymous(payload: JwtPayload): string | undefined {
  return payload['is_anonymous'] === true ? 'The user has signed in anonymously.' : undefined;
}
