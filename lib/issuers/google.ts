import type { JwtPayload } from '../auth';
import type { IssuerOptions } from '../sallyport-options';
import { addressOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface GoogleOptions extends PresetOptions {
  /** Google Cloud console > APIs & Services > Credentials > OAuth 2.0 Client IDs: `....apps.googleusercontent.com`. */
  readonly clientId: string | readonly string[];
  /** Only accounts of these Workspace domains (`hd`). Default: any account of any domain. */
  readonly hostedDomain?: string | readonly string[];
  /** Also accept service accounts, from any project unless `hostedDomain` or `claims` limit them. Default false. */
  readonly serviceAccounts?: boolean;
  /** Default: `https://accounts.google.com`. Set it for a test issuer. */
  readonly issuer?: string;
}

/**
 * Sign in with Google. Accepts ID tokens, since Google's access tokens are opaque and for Google's own APIs. `aud` is
 * the client ID. That is public, and any service account can request a token for it: such tokens, in which `azp` is the
 * account itself, are refused. Google writes `iss` with or without `https://`; `auth.issuer` always has it, so that a
 * user is the same in both cases. Reads no scopes and no roles.
 *
 * @example
 * sallyport({ ...google({ clientId: '1234-abc.apps.googleusercontent.com', hostedDomain: 'example.com' }), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or invalid.
 */
export function google(options: GoogleOptions): IssuerOptions {
  const read = reader('google', options, ['clientId', 'hostedDomain', 'serviceAccounts', 'issuer']);
  const { hostedDomain, issuer = 'https://accounts.google.com' } = options;
  const address = addressOf(read, 'issuer', issuer, 'an address');
  const domains = hostedDomain !== undefined && {
    claims: { hd: read.names('hostedDomain', hostedDomain, 'a domain of Google Workspace') },
  };
  const serviceAccounts = read.flag('serviceAccounts', options.serviceAccounts);
  return {
    issuer: address,
    aliases: [address.replace(/^https?:\/\//, '')],
    audience: read.names(
      'clientId',
      options.clientId,
      'an OAuth 2.0 Client ID (APIs & Services > Credentials)',
    ),
    ...read.rules({ ...domains, ...(!serviceAccounts && { refuse: refuseServiceAccounts }) }),
  };
}

/** `azp` is the client in a user's token, and the account itself in the token of a service account. */
function refuseServiceAccounts({ azp, sub }: JwtPayload): string | undefined {
  return azp === sub ? 'The token is of a service account.' : undefined;
}
