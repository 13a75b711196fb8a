import { randomBytes, sign } from 'node:crypto';
import type { SigningKey } from '../key-ring';

const SHA256_WITH_RSA = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');

/** A self-signed X.509 certificate (RFC 5280 section 4.1, version 1) of an RSA key, in DER. Good for a day. */
export function selfSigned({ publicKey, privateKey }: SigningKey): Buffer {
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const name = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, Buffer.from('test issuer')))));
  const day = 24 * 60 * 60 * 1000;
  const validity = der(0x30, time(Date.now()), time(Date.now() + day));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const body = der(0x30, serial, SHA256_WITH_RSA, name, validity, name, key);
  const signature = sign('sha256', body, privateKey);
  return der(0x30, body, SHA256_WITH_RSA, der(0x03, Buffer.from([0]), signature));
}

/** UTCTime, to the second. */
function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content]);
}
