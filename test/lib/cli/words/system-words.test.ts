import { systemTrouble } from '../../../../lib/cli/words/system-words';

const HOST = 'issuer.example:8443';

it('no error of the system is no trouble of the system', () => {
  expect(systemTrouble(undefined, HOST)).toBeUndefined();
});

it.each([
  ['ENOTFOUND', 'dns', `The host name ${HOST} does not resolve`, /^check its spelling/],
  ['EAI_AGAIN', 'dns', `The host name ${HOST} does not resolve`, /^check its spelling/],
  ['ECONNREFUSED', 'connection', `Nothing is listening at ${HOST}`, /^start the issuer or correct the port/],
  ['CERT_HAS_EXPIRED', 'tls', `The certificate of ${HOST} has expired`, /^renew it, or set the clock/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', `The certificate of ${HOST} is for another name`, /^use a name/],
])('%s is a fault of the stage %s', (code, stage, says, mend) => {
  expect(systemTrouble(code, HOST)).toEqual({
    stage,
    says: `${says} (${code})`,
    mend: expect.stringMatching(mend) as string,
  });
});

it.each([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])('%s is an authority that Node does not know', (code) => {
  expect(systemTrouble(code, HOST)).toEqual({
    stage: 'tls',
    says: `The certificate of ${HOST} is not signed by an authority that Node trusts (${code})`,
    mend: expect.stringContaining('NODE_EXTRA_CA_CERTS=/path/to/ca.pem') as string,
  });
});

it.each([
  'CERT_NOT_YET_VALID',
  'ERR_TLS_PROTOCOL_VERSION',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'EPROTO',
  'UNABLE_TO_GET_CRL',
])('%s is another fault of TLS', (code) => {
  expect(systemTrouble(code, HOST)).toEqual({
    stage: 'tls',
    says: `The TLS connection to ${HOST} failed (${code})`,
    mend: 'check that the port serves https, and check the certificate',
  });
});

it.each(['ECONNRESET', 'EHOSTUNREACH', 'UND_ERR_SOCKET'])('%s is another fault of the connection', (code) => {
  expect(systemTrouble(code, HOST)).toEqual({
    stage: 'connection',
    says: `The connection to ${HOST} failed (${code})`,
    mend: 'check network and firewall; if a proxy is required, note that Node does not use HTTPS_PROXY by default',
  });
});
