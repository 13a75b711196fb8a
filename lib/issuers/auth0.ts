import type { JwtPayload } from '../auth';
import type { IssuerOptions } from '../sallyport-options';
import { claimAt } from '../tokens/claim-at';
import { oneOf, originOf } from './address';
import { scopesOf } from './grants';
import { refuseIdToken, SEND_ACCESS_TOKEN } from './id-token';
import { reader, type PresetOptions } from './preset';

export interface Auth0Options extends PresetOptions {
  /**
   * Applications > your application > Settings > Domain: `tenant.eu.auth0.com`, or your custom domain. Default: none;
   * required unless `issuer` is given.
   */
  readonly domain?: string;
  /** Instead of `domain`: `iss` as in the tokens, with the slash at its end. */
  readonly issuer?: string;
  /**
   * Applications > APIs > your API > Identifier. The application must request it (`audience`), or its access token is
   * opaque.
   */
  readonly audience: string | readonly string[];
}

/**
 * Auth0. Accepts access tokens for your API of either token profile, including those of the client credentials grant
 * (`sub` ends with `@clients`). Refuses ID tokens, even if `audience` is a client ID, logout tokens, and the opaque
 * tokens that Auth0 issues if no `audience` was requested. `auth.scopes` are `scope` and, if "Add Permissions in the
 * Access Token" is on for the API, `permissions`.
 *
 * @example
 * sallyport({ ...auth0({ domain: 'tenant.eu.auth0.com', audience: 'https://api.example' }), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function auth0(options: Auth0Options): IssuerOptions {
  const read = reader('auth0', options, ['domain', 'issuer', 'audience']);
  const { domain, issuer } = options;
  oneOf(read, { domain, issuer });
  return {
    issuer: issuer === undefined ? `${originOf(read, 'domain', domain, DOMAIN)}/` : withSlash(issuer),
    audience: read.names('audience', options.audience, 'the Identifier of your API (Applications > APIs)'),
    scopes: scopesOf(claimAt('scope'), claimAt('permissions')),
    ...read.rules({ refuse: notForApi }),
  };

  function withSlash(given: string): string {
    if (read.text('issuer', given, 'a URL').endsWith('/')) return given;
    throw read.misuse('"issuer" must end with a slash, as it does in the tokens');
  }
}

const DOMAIN = 'the Domain of your application (Applications > Settings), such as "tenant.eu.auth0.com"';

/**
 * An access token has the client that it was issued to as `azp` or, in the profile of RFC 9068, `client_id`. An ID
 * token has that client as its audience, and a nonce only if one was sent: not in the device flow or password grant.
 */
function notForApi(payload: JwtPayload): string | undefined {
  const namesClient = Object.hasOwn(payload, 'azp') || Object.hasOwn(payload, 'client_id');
  return namesClient ? refuseIdToken(payload) : SEND_ACCESS_TOKEN;
}
