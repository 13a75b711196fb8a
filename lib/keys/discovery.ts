import type { KeyFailureDetails } from '../events';
import { excerpt } from '../excerpt';
import { isRecord } from './jwk';
import { addressName, isLoopback, keyAddress, namedAddress } from './key-address';
import { KeyFetchFailure, type KeyFetchFailureWord } from './key-fetch-failure';
import type { PlainHosts } from '../plain-hosts';

type GetJson = (url: string) => Promise<unknown>;

/**
 * Resolves with the `jwks_uri` of an issuer: from its OpenID Connect discovery document (Discovery 1.0 section 4), or,
 * if that is a 404, from its authorization server metadata (RFC 8414 section 3). The `issuer` in it must be the same,
 * character by character, and `jwks_uri` must be an address that the option `jwksUri` would accept.
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
 * An issuer over https must name an address over https. Only an issuer on loopback may name one over http on loopback:
 * otherwise a remote issuer could make this process send requests to services of its own machine.
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
        // If both are missing, the error is that of the first, which is the more common one.
        throw isNotFound(other) ? error : other;
      }),
    };
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof KeyFetchFailure && error.details.status === 404;
}

/** Discovery 1.0 section 4.1: a slash at the end of the issuer is removed before the path is appended. */
function openIdAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** RFC 8414 section 3.1: the well-known path goes between host and path, without a slash at the end of the issuer. */
function oauthAddress(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`;
}
