import { isRecord } from './jwk';
import { keyAddress } from './key-address';
import { KeyFetchFailure } from './key-fetch-failure';

/**
 * Where an issuer says that its keys are (OpenID Connect Discovery 1.0 section 4). The document must name that very
 * issuer, character by character (section 4.3), and an address that obeys the rule of our own options. Plain http to
 * this machine is for issuers that are on it themselves: another one would choose whom we ask here.
 */
export async function discoverJwksUri(
  issuer: string,
  getJson: (url: string) => Promise<unknown>,
): Promise<string> {
  const document = await getJson(discoveryAddress(issuer));
  if (!isRecord(document)) throw new KeyFetchFailure('discovery_document');
  if (document['issuer'] !== issuer) throw new KeyFetchFailure('discovery_issuer');
  const address = keyAddress(document['jwks_uri']);
  if (!address || (address.protocol === 'http:' && new URL(issuer).protocol !== 'http:'))
    throw new KeyFetchFailure('discovery_jwks_uri');
  return address.href;
}

/** Section 4.1: a slash that ends the issuer goes before the path is appended. */
function discoveryAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}
