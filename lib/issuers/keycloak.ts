import type { IssuerOptions } from '../sallyport-options';
import { claimAt } from '../tokens/claim-at';
import { addressOf, oneOf } from './address';
import { rolesOf } from './grants';
import { reader, type PresetOptions } from './preset';

export interface KeycloakOptions extends PresetOptions {
  /**
   * The public URL of Keycloak: `https://keycloak.example`. Before version 17 it ends with `/auth`. Default: none;
   * required unless `issuer` is given.
   */
  readonly url?: string;
  /** The name of the realm, as the admin console shows it. Default: none; required unless `issuer` is given. */
  readonly realm?: string;
  /** Instead of `url` and `realm`: Realm settings > Endpoints > OpenID Endpoint Configuration, `issuer`. */
  readonly issuer?: string;
  /**
   * The client ID of your API. Keycloak adds it to `aud` if a client scope of the calling client has a mapper
   * "Audience" for it (Client scopes > Mappers > By configuration > Audience). Otherwise `aud` is only `account`.
   */
  readonly audience: string | readonly string[];
  /** The clients whose roles (`resource_access`) are in `auth.roles`. Default: the audience. */
  readonly client?: string | readonly string[];
}

/**
 * Keycloak. Accepts access tokens (claim `typ` is Bearer) for your API, including those of service accounts. Refuses ID
 * tokens, refresh tokens and logout tokens. `auth.scopes` is `scope`. `auth.roles` are the roles of the realm
 * (`realm_access.roles`) and of `client` (`resource_access.<client>.roles`) in one list. For plain http, as between
 * containers, add `keys: remoteKeys({ issuer, allowHttp: ['keycloak:8080'] })` after the spread.
 *
 * @example
 * sallyport({ ...keycloak({ url: 'https://keycloak.example', realm: 'demo', audience: 'notes-api' }), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function keycloak(options: KeycloakOptions): IssuerOptions {
  const read = reader('keycloak', options, ['url', 'realm', 'issuer', 'audience', 'client']);
  const { url, realm, issuer } = options;
  oneOf(read, { url, issuer });
  const audience = read.names('audience', options.audience, 'the client ID of your API');
  const clients = [read.names('client', options.client ?? audience, 'a client ID')].flat();
  return {
    issuer:
      issuer === undefined ? issuerOfRealm() : addressOf(read, 'issuer', issuer, 'the address of the realm'),
    audience,
    roles: rolesOf(
      claimAt('realm_access', 'roles'),
      ...clients.map((client) => claimAt('resource_access', client, 'roles')),
    ),
    ...read.rules({ claims: { typ: 'Bearer' } }),
  };

  function issuerOfRealm(): string {
    const base = addressOf(read, 'url', url, 'the address of Keycloak, such as "https://keycloak.example"');
    return `${base}/realms/${encodeURIComponent(read.text('realm', realm, 'the name of the realm'))}`;
  }
}
