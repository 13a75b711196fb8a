import type { JwtPayload } from '../auth';
import type { OnEvent } from '../events';
import { remoteKeys } from '../keys/remote-keys';
import type { IssuerOptions } from '../sallyport-options';
import { addressOf, oneOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface SupabaseOptions extends PresetOptions {
  /**
   * Project settings > General > Project ID: `abcdefghijklmnopqrst`. Default: none; required unless `issuer` is given.
   */
  readonly projectRef?: string;
  /** Instead of `projectRef`: `iss` as in the tokens, `https://<your domain>/auth/v1`. */
  readonly issuer?: string;
  /** Also accept users who have signed in anonymously. Default false. */
  readonly anonymous?: boolean;
  /** Called with the events of the key source. */
  readonly onEvent?: OnEvent;
}

/**
 * Supabase Auth, for projects with signing keys (Project settings > JWT keys). Accepts access tokens of users who have
 * signed in (`session.access_token`). Refuses:
 *
 * - tokens that are signed with the legacy JWT secret, since whoever can verify them could also sign them
 * - the anon and service_role keys, which are not about a user
 * - tokens of the project's OAuth 2.1 server, which differ only in `client_id`, unless `claims` lists the accepted
 *   clients: then only their tokens are accepted
 * - anonymous users, unless `anonymous` is true
 *
 * Reads no scopes and no roles: the claim `role` is the database role. A Custom Access Token Hook can add roles of your
 * own to the token.
 *
 * @example
 * sallyport({ ...supabase({ projectRef: 'abcdefghijklmnopqrst' }), roles: claimAt('user_role'), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
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

/** The address of a project's JWK Set. */
export function supabaseKeys(issuer: string): string {
  return `${issuer}/.well-known/jwks.json`;
}

/** A token of an OAuth client is like that of the user's session, but a third party has it, with the user's consent. */
function refuseClient(payload: JwtPayload): string | undefined {
  const { client_id: client } = payload;
  const isSession = client === undefined || client === null || client === '';
  return isSession ? undefined : 'The token was given to an OAuth client.';
}

function refuseAnonymous(payload: JwtPayload): string | undefined {
  return payload['is_anonymous'] === true ? 'The user has signed in anonymously.' : undefined;
}
