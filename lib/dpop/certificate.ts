import { hash, X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Request } from 'express';

/** A client certificate: its DER bytes, its PEM text, or Node's own object. */
export type ClientCertificate = Uint8Array | string | X509Certificate;

/**
 * Gives the client certificate of the request's TLS connection; undefined where the client sent none. Take it from a
 * header only if the proxy in front sets that header and removes the client's own. Must not throw for anything that a
 * client can send.
 */
export type CertificateOf = (request: Request) => ClientCertificate | undefined;

/**
 * The certificate of the TLS connection itself, for a server that asks for one (`requestCert: true`) without a proxy in
 * front. Whether an authority must have signed it is the server's `rejectUnauthorized` (RFC 8705 sections 2 and 3).
 *
 * @example
 * sallyport({ issuer, audience, certificate: tlsCertificate });
 */
export function tlsCertificate({ socket }: Request): Uint8Array | undefined {
  const { getPeerCertificate } = socket as Partial<TLSSocket>;
  // Empty where the client showed none.
  return (getPeerCertificate?.call(socket, false) as { readonly raw?: Uint8Array } | null | undefined)?.raw;
}

/**
 * The SHA-256 thumbprint of a certificate's DER, in base64url (RFC 8705 section 3.1). Undefined for a string that is no
 * certificate; a `Uint8Array` is not checked.
 *
 * @example
 * certificateThumbprint(await readFile('client.pem', 'utf8')); // the `x5t#S256` of tokens that are bound to it
 */
export function certificateThumbprint(certificate: ClientCertificate): string | undefined {
  const der = derOf(certificate);
  return der && hash('sha256', der, 'base64url');
}

function derOf(certificate: ClientCertificate): Uint8Array | undefined {
  if (certificate instanceof X509Certificate) return certificate.raw;
  if (certificate instanceof Uint8Array) return certificate;
  try {
    return new X509Certificate(certificate).raw;
  } catch {
    return undefined;
  }
}
