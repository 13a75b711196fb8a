import type { Remedy } from './remedy';

/** The step at which a connection failed. */
export type Stage = 'dns' | 'connection' | 'tls';

interface Trouble extends Remedy {
  readonly stage: Stage;
}

const OWN_CA =
  'if it is your own, name its certificate in the environment of your app and of this command, ' +
  'NODE_EXTRA_CA_CERTS=/path/to/ca.pem';

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
        `The name of ${host} is not known here`,
        'check its spelling; in a container, only names that its network knows are known',
      );
    case 'ECONNREFUSED':
      return trouble(
        'connection',
        `Nobody listens at ${host}`,
        'start the issuer or correct the port; in a container, localhost is the container itself',
      );
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return trouble('tls', `The certificate of ${host} is of an authority that Node does not know`, OWN_CA);
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
      says: `No TLS connection to ${host} comes about (${code})`,
      mend: 'check that https is spoken at that port, and the certificate',
    };
  }
  return {
    stage: 'connection',
    says: `No connection to ${host} comes about (${code})`,
    mend: 'check network and firewall; where only a proxy leads out, Node does not use HTTPS_PROXY by itself',
  };
}
