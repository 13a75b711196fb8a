import type { JwtPayload } from '../auth';
import type { IssuerOptions } from '../sallyport-options';
import { claimAt } from '../tokens/claim-at';
import { oneOf, originOf } from './address';
import { scopesOf } from './grants';
import { refuseIdToken, SEND_ACCESS_TOKEN } from './id-token';
import { reader, type PresetOptions } from './preset';

export interface Auth0Options extends PresetOptions {
  /** Applications > your application > Settings > Domain: `tenant.eu.auth0.com`, or your custom domain. Default: none; required unless `issuer` is given. */
  readonly domain?: string;
  /** In place of `domain`: `iss` as it stands in the tokens, with the slash at its end. */
  readonly issuer?: string;
  /** Applications > APIs > your API > Identifier. The application must ask for it (`audience`), or its access token is opaque. */
  readonly audience: string | readonly string[];
}

/**
 * Auth0. Accepted are access tokens for your API, of either token profile, also those that a machine got with its client
 * credentials (`sub` ends with `@clients`). ID tokens are refused, whatever audience you name, and so are logout tokens
 * and the opaque tokens that Auth0 gives out where no `audience` was asked for. `auth.scopes` are `scope` and, where
 * "Add Permissions in the Access Token" is on for the API, `permissions`.
 *
 * @example
 * sallyport({ ...auth0({ domain: 'tenant.eu.auth0.com', audience: 'https://api.example' }), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or wrong.
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
 * An access token names the client that it was given to, as `azp` or, in the profile of RFC 9068, `client_id`. An ID token
 * has that client as its audience, and a nonce only where one was sent: not of a device or after a password grant.
 */
function notForApi(payload: JwtPayload): string | undefined {
  const namesClient = Object.hasOwn(payload, 'azp') || Object.hasOwn(payload, 'client_id');
  return namesClient ? refuseIdToken(payload) : SEND_ACCESS_TOKEN;
}
