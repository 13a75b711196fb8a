import type { KeyFetchFailure } from '../../keys/key-fetch-failure';
import { issuerMend } from './issuer-words';
import type { Remedy } from './remedy';
import { systemTrouble, type Stage } from './system-words';

/** The step at which reading the keys failed. */
export type ReadStage = Stage | 'http' | 'discovery' | 'keys';

export interface Failed extends Remedy {
  readonly stage: ReadStage;
}

const DISCOVERY = '/.well-known/openid-configuration';

/** Why the keys of an issuer cannot be read, and how to fix it, for the user. */
export function failureWords({ reason, details }: KeyFetchFailure): Failed {
  const { address = 'the issuer', status, location, expected = '', received, systemCode } = details;
  const failed = (stage: ReadStage, says: string, mend: string): Failed => ({ stage, says, mend });
  switch (reason) {
    case 'redirect':
      return failed('http', ...redirectWords(address, status, location));
    case 'status':
      return failed('http', `${address} answers ${String(status)}`, statusMend(address, status));
    case 'not_json':
      return failed(
        'http',
        `${address} answers with what is not JSON`,
        'check the address; it may be that of a web page',
      );
    case 'too_large':
      return failed('http', `${address} answers with more than 512 KiB`, 'check the address');
    case 'discovery_document':
      return failed('discovery', `${address} answers with no JSON object`, 'check the address');
    case 'discovery_issuer':
      return failed('discovery', ...otherIssuer(expected, received));
    case 'discovery_jwks_uri':
      return failed(
        'discovery',
        `The discovery document names ${received ?? 'no address'} for the keys`,
        'it must be an https URL, or http if issuer and keys are on this machine; use --jwks-uri to give another URL',
      );
    case 'not_a_key_set':
      return failed(
        'keys',
        `${address} answers with no JWK Set`,
        'give the address that the issuer calls jwks_uri',
      );
    case 'no_usable_keys':
      return failed(
        'keys',
        `The JWK Set at ${address} has no key that can verify`,
        'have the issuer publish one',
      );
    case 'timeout':
      return failed('connection', `${nameOf(address)} did not answer in time`, 'check network and firewall');
    case 'unreachable':
    case 'headers':
    case 'closed':
    case 'error':
      return (
        systemTrouble(systemCode, hostOf(address)) ??
        failed('connection', `${nameOf(address)} cannot be read`, 'check network and firewall')
      );
  }
}

function otherIssuer(configured: string, named: string | undefined): [string, string] {
  if (named === undefined)
    return [`The discovery document of ${configured} names no issuer`, 'check the address'];
  return [
    `The discovery document names ${named} and you configured ${configured}`,
    issuerMend(configured, named),
  ];
}

function redirectWords(address: string, status = 302, location: string | undefined): [string, string] {
  const says = `${address} redirects to ${location ?? 'elsewhere'} (${String(status)}), and redirects are not followed`;
  if (location === undefined) return [says, 'give the address that it leads to'];
  if (location.endsWith(DISCOVERY))
    return [says, `configure ${location.slice(0, -DISCOVERY.length)} if that is your issuer`];
  return [
    says,
    'configure the address of the issuer itself; a redirect to a web page means that this address is wrong',
  ];
}

function statusMend(address: string, status = 0): string {
  if (status === 401 || status === 403)
    return 'it requires a credential or blocks this machine; allow access without a credential';
  if (status === 429 || status >= 500) return 'the issuer is overloaded or has an error, so retry later';
  if (!address.endsWith(DISCOVERY)) return 'check the address; it is what the issuer calls jwks_uri';
  return (
    'check the path of the issuer, such as https://HOST/realms/REALM for Keycloak; ' +
    'where it has no discovery document, --jwks-uri names its keys'
  );
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

function nameOf(address: string): string {
  return address === 'the issuer' ? 'The issuer' : address;
}
