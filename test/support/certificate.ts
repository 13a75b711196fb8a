import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate for a host and 127.0.0.1 that signs itself, and its key, both as PEM. */
export function selfSigned(host = 'localhost'): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    SHA256_WITH_RSA,
    name(host),
    sequence(time(-1), time(1)),
    name(host),
    spki,
    der(0xa3, sequence(sequence(SUBJECT_ALT_NAME, der(0x04, altNames(host))))),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', tbs, privateKey)]));
  const certificate = sequence(tbs, SHA256_WITH_RSA, signature).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

// X.690: tag, length, value.
function der(tag: number, ...values: Buffer[]): Buffer {
  const value = Buffer.concat(values);
  const long = Buffer.from(value.length.toString(16).replace(/^(.(..)*)$/, '0$1'), 'hex');
  const length =
    value.length < 128
      ? Buffer.from([value.length])
      : Buffer.concat([Buffer.from([0x80 | long.length]), long]);
  return Buffer.concat([Buffer.from([tag]), length, value]);
}

const sequence = (...values: Buffer[]) => der(0x30, ...values);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const SHA256_WITH_RSA = sequence(oid('2a864886f70d01010b'), der(0x05));
const COMMON_NAME = oid('550403');
const SUBJECT_ALT_NAME = oid('551d11');

const name = (text: string) => sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(text)))));
const altNames = (host: string) =>
  sequence(der(0x82, Buffer.from(host)), der(0x87, Buffer.from([127, 0, 0, 1])));

/** UTCTime, this many days from now. */
function time(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}
