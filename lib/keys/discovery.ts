import type { KeyFailureDetails } from '../events';
import { excerpt } from '../excerpt';
import { isRecord } from './jwk';
import { addressName, isLoopback, keyAddress, namedAddress } from './key-address';
import { KeyFetchFailure, type KeyFetchFailureWord } from './key-fetch-failure';
import type { PlainHosts } from '../plain-hosts';

type GetJson = (url: string) => Promise<unknown>;

/**
 * Where an issuer says that its keys are: in its OpenID Connect discovery document (Discovery 1.0 section 4), or, where
 * there is none, in its authorization server metadata (RFC 8414 section 3). Either must name that very issuer, character
 * by character, and an address that obeys the rule of our own options.
 */
export async function discoverJwksUri(issuer: string, getJson: GetJson, plain: PlainHosts): Promise<string> {
  const { asked, document } = await metadata(issuer, getJson);
  const failed = (reason: KeyFetchFailureWord, details: KeyFailureDetails = {}): KeyFetchFailure =>
    new KeyFetchFailure(reason, { address: addressName(asked), ...details });
  if (!isRecord(document)) throw failed('discovery_document');
  const { issuer: named, jwks_uri: uri } = document;
  if (named !== issuer)
    throw failed('discovery_issuer', { expected: excerpt(issuer), received: excerpt(named) });
  const address = keyAddress(uri, plain);
  if (!address || !mayName(address, new URL(issuer))) {
    throw failed('discovery_jwks_uri', { received: namedAddress(uri) });
  }
  return address.href;
}

/**
 * Plain http to this machine is for issuers that are on it themselves, and to a host of `allowHttp` for issuers without
 * https: another one would choose whom we ask here.
 */
function mayName(address: URL, issuer: URL): boolean {
  if (address.protocol === 'https:') return true;
  return issuer.protocol === 'http:' && (isLoopback(issuer) || !isLoopback(address));
}

async function metadata(issuer: string, getJson: GetJson): Promise<{ asked: string; document: unknown }> {
  const asked = openIdAddress(issuer);
  try {
    return { asked, document: await getJson(asked) };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const second = oauthAddress(issuer);
    return {
      asked: second,
      document: await getJson(second).catch((other: unknown) => {
        // Where there is neither document, the first is the one that people look for.
        throw isNotFound(other) ? error : other;
      }),
    };
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof KeyFetchFailure && error.details.status === 404;
}

/** Discovery 1.0 section 4.1: a slash that ends the issuer goes before the path is appended. */
function openIdAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** RFC 8414 section 3.1: between host and path, and a slash that ends the issuer goes too. */
function oauthAddress(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`;
}
