import type { IssuerOptions } from '../sallyport-options';
import { addressOf, oneOf, originOf } from './address';
import { refuseIdToken } from './id-token';
import { reader, type PresetOptions } from './preset';

export interface OktaOptions extends PresetOptions {
  /**
   * The domain of your org, as the menu below your name shows it: `dev-12345678.okta.com`, or your custom domain.
   * Default: none; required unless `issuer` is given.
   */
  readonly domain?: string;
  /** Security > API > Authorization Servers: the last part of its Issuer URI. Default: `default`. */
  readonly authorizationServer?: string;
  /** Instead of both: Security > API > Authorization Servers > Issuer URI. */
  readonly issuer?: string;
  /** Security > API > Authorization Servers > Audience; that of the server "default" is `api://default`. */
  readonly audience: string | readonly string[];
}

/**
 * Okta, with a custom authorization server ("default" is one). Accepts its access tokens for your audience, including
 * those of the client credentials grant. Refuses ID tokens, and the access tokens of the org authorization server
 * (`https://<domain>` without `/oauth2/...`), which are for Okta only. `auth.scopes` is `scp`. Reads no roles: a claim
 * for groups has the name that you gave it. `auth.subject` is the login, which can change; the claim `uid` cannot.
 *
 * @example
 * sallyport({ ...okta({ domain: 'dev-12345678.okta.com', audience: 'api://default' }), roles: claimAt('groups'), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function okta(options: OktaOptions): IssuerOptions {
  const read = reader('okta', options, ['domain', 'authorizationServer', 'issuer', 'audience']);
  const { domain, authorizationServer = 'default', issuer } = options;
  oneOf(read, { domain, issuer });
  return {
    issuer: issuer === undefined ? issuerOfServer() : addressOf(read, 'issuer', issuer, ISSUER_URI),
    audience: read.names(
      'audience',
      options.audience,
      'the Audience of the authorization server (Security > API)',
    ),
    ...read.rules({ refuse: refuseIdToken }),
  };

  function issuerOfServer(): string {
    const origin = originOf(
      read,
      'domain',
      domain,
      'the domain of your org, such as "dev-12345678.okta.com"',
    );
    return `${origin}/oauth2/${read.text('authorizationServer', authorizationServer, 'its name or id')}`;
  }
}

const ISSUER_URI = 'the Issuer URI of an authorization server (Security > API)';
