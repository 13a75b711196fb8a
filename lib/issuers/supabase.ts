import type { JwtPayload } from '../auth';
import type { OnEvent } from '../events';
import { remoteKeys } from '../keys/remote-keys';
import type { IssuerOptions } from '../sallyport-options';
import { addressOf, oneOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface SupabaseOptions extends PresetOptions {
  /** Project settings > General > Project ID: `abcdefghijklmnopqrst`. Default: none; required unless `issuer` is given. */
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
 * in (`session.access_token`). Refused are the anon and service_role keys, which say nothing of a user; what the project's
 * OAuth 2.1 server gives to clients, in which `client_id` alone differs, unless `claims` names the clients, whose tokens are
 * then those that are accepted; and unless `anonymous` says otherwise anonymous users. No scopes and no roles: `role` is that of the database. Roles of your own
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
  const clientsNamed = Object.hasOwn(options.claims ?? {}, 'client_id');
  return {
    issuer: address,
    audience: 'authenticated',
    algorithms: ['ES256', 'RS256'],
    // Not every project has a discovery document.
    keys: remoteKeys({ jwksUri: supabaseKeys(address), ...(onEvent && { onEvent }) }),
    ...read.rules({
      claims: { role: 'authenticated' },
      refuse: (payload) =>
        (clientsNamed ? undefined : refuseClient(payload)) ??
        (anonymous ? undefined : refuseAnonymous(payload)),
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

/** It acts for a user as their own session does, in the hands of whoever they gave their consent to. */
function refuseClient(payload: JwtPayload): string | undefined {
  const { client_id: client } = payload;
  const isSession = client === undefined || client === null || client === '';
  return isSession ? undefined : 'The token was given to an OAuth client.';
}

function refuseAnonymous(payload: JwtPayload): string | undefined {
  return payload['is_anonymous'] === true ? 'The user has signed in anonymously.' : undefined;
}
