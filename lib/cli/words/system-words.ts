import type { Remedy } from './remedy';

/** The step at which a connection failed. */
export type Stage = 'dns' | 'connection' | 'tls';

interface Trouble extends Remedy {
  readonly stage: Stage;
}

const OWN_CA =
  'if it is a private CA, set NODE_EXTRA_CA_CERTS=/path/to/ca.pem in the environment of your app and of this command';

/** Explains a system error of Node on a connection to `host`. Undefined if there is no error code. */
export function systemTrouble(code: string | undefined, host: string): Trouble | undefined {
  if (code === undefined) return undefined;
  const trouble = (stage: Stage, says: string, mend: string): Trouble => ({
    stage,
    says: `${says} (${code})`,
    mend,
  });
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return trouble(
        'dns',
        `The host name ${host} does not resolve`,
        'check its spelling; in a container, use a name of the container network',
      );
    case 'ECONNREFUSED':
      return trouble(
        'connection',
        `Nothing is listening at ${host}`,
        'start the issuer or correct the port; in a container, localhost is the container itself',
      );
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return trouble(
        'tls',
        `The certificate of ${host} is not signed by an authority that Node trusts`,
        OWN_CA,
      );
    case 'CERT_HAS_EXPIRED':
      return trouble(
        'tls',
        `The certificate of ${host} has expired`,
        'renew it, or set the clock of this machine',
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return trouble('tls', `The certificate of ${host} is for another name`, 'use a name that is in it');
    default:
      return otherTrouble(code, host);
  }
}

function otherTrouble(code: string, host: string): Trouble {
  if (/^(CERT_|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH|UNABLE_TO_)/.test(code)) {
    return {
      stage: 'tls',
      says: `The TLS connection to ${host} failed (${code})`,
      mend: 'check that the port serves https, and check the certificate',
    };
  }
  return {
    stage: 'connection',
    says: `The connection to ${host} failed (${code})`,
    mend: 'check network and firewall; if a proxy is required, note that Node does not use HTTPS_PROXY by default',
  };
}
