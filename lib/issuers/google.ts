import type { JwtPayload } from '../auth';
import type { IssuerOptions } from '../sallyport-options';
import { addressOf } from './address';
import { reader, type PresetOptions } from './preset';

export interface GoogleOptions extends PresetOptions {
  /** Google Cloud console > APIs & Services > Credentials > OAuth 2.0 Client IDs: `....apps.googleusercontent.com`. */
  readonly clientId: string | readonly string[];
  /** Only accounts of these Workspace domains (`hd`). Default: any account, of whatever domain. */
  readonly hostedDomain?: string | readonly string[];
  /** Accept service accounts too, of any Google Cloud project unless `hostedDomain` or `claims` say otherwise. Default false. */
  readonly serviceAccounts?: boolean;
  /** Default: `https://accounts.google.com`. Another one for a test issuer. */
  readonly issuer?: string;
}

/**
 * Sign in with Google. What a client sends to your API is an ID token here: Google's access tokens are opaque and for
 * Google's own APIs. `aud` is the client ID, which is public, and which anybody's service account may ask for: their
 * tokens, which name the account itself as `azp`, are refused. `iss` comes with and without https://: `auth.issuer` is
 * the first of the two for both, so a user is one user. No scopes and no roles.
 *
 * @example
 * sallyport({ ...google({ clientId: '1234-abc.apps.googleusercontent.com', hostedDomain: 'example.com' }), users });
 *
 * @throws {TypeError} for an option that is unknown, missing or wrong.
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

/** A user's token names the client as `azp`, a service account's names itself. */
function refuseServiceAccounts({ azp, sub }: JwtPayload): string | undefined {
  return azp === sub ? 'The token is of a service account.' : undefined;
}
