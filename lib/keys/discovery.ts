import type { KeyFailureDetails } from '../events';
import { excerpt } from '../excerpt';
import { isRecord } from './jwk';
import { addressName, keyAddress, namedAddress } from './key-address';
import { KeyFetchFailure, type KeyFetchFailureWord } from './key-fetch-failure';

/**
 * Where an issuer says that its keys are (OpenID Connect Discovery 1.0 section 4). The document must name that very
 * issuer, character by character (section 4.3), and an address that obeys the rule of our own options. Plain http to
 * this machine is for issuers that are on it themselves: another one would choose whom we ask here.
 */
export async function discoverJwksUri(
  issuer: string,
  getJson: (url: string) => Promise<unknown>,
): Promise<string> {
  const asked = discoveryAddress(issuer);
  const document = await getJson(asked);
  const failed = (reason: KeyFetchFailureWord, details: KeyFailureDetails = {}): KeyFetchFailure =>
    new KeyFetchFailure(reason, { address: addressName(asked), ...details });
  if (!isRecord(document)) throw failed('discovery_document');
  const { issuer: named, jwks_uri: uri } = document;
  if (named !== issuer)
    throw failed('discovery_issuer', { expected: excerpt(issuer), received: excerpt(named) });
  const address = keyAddress(uri);
  if (!address || (address.protocol === 'http:' && new URL(issuer).protocol !== 'http:')) {
    throw failed('discovery_jwks_uri', { received: namedAddress(uri) });
  }
  return address.href;
}

/** Section 4.1: a slash that ends the issuer goes before the path is appended. */
function discoveryAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}
