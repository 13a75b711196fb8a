export {
  certificateThumbprint,
  tlsCertificate,
  type CertificateOf,
  type ClientCertificate,
} from './certificate';
export { dpopToken } from './dpop-token';
export { InvalidDpopProofError, type DpopRefusal } from './errors';
export { dpopNonces, type DpopNonces, type DpopNoncesOptions } from './nonces';
export { possession, type PossessionOptions } from './possession';
export type { DpopSettings } from './proof-options';
export { jwkThumbprint } from './thumbprint';
