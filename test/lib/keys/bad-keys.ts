import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';

const jwkOf = ({ publicKey }: KeyPairKeyObjectResult) => publicKey.export({ format: 'jwk' });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** JWKs that look like keys and must verify nothing, with what is said of them. */
export const BAD_KEYS: readonly { name: string; jwk: unknown; why: string }[] = [
  { name: 'a key without kid', jwk: jwkOf(p256), why: 'no kid' },
  { name: 'a key with an empty kid', jwk: { ...jwkOf(p256), kid: '' }, why: 'no kid' },
  { name: 'a key whose kid is a number', jwk: { ...jwkOf(p256), kid: 7 }, why: 'no kid' },
  { name: 'null in place of a key', jwk: null, why: 'not a JSON object' },
  { name: 'text in place of a key', jwk: 'key', why: 'not a JSON object' },
  { name: 'an empty key', jwk: { kid: 'bad' }, why: 'key type or curve not supported' },
  {
    name: 'a private EC key',
    jwk: { kid: 'bad', ...p256.privateKey.export({ format: 'jwk' }) },
    why: 'a private key',
  },
  {
    name: 'a private RSA key',
    jwk: { kid: 'bad', ...rsa.privateKey.export({ format: 'jwk' }) },
    why: 'a private key',
  },
  {
    name: 'an RSA key published with its CRT coefficient',
    jwk: { kid: 'bad', ...jwkOf(rsa), qi: rsa.privateKey.export({ format: 'jwk' }).qi },
    why: 'a private key',
  },
  {
    name: 'a private key beside members that are null',
    jwk: { kid: 'bad', ...jwkOf(rsa), use: null, d: null, oth: [], dp: 'AQ' },
    why: 'a private key',
  },
  {
    name: 'a key whose private member is empty text',
    jwk: { kid: 'bad', ...jwkOf(rsa), d: '' },
    why: 'a private key',
  },
  {
    name: 'a key with a prime in oth',
    jwk: { kid: 'bad', ...jwkOf(rsa), oth: [{ r: 'AQ' }] },
    why: 'a private key',
  },
  { name: 'a key whose kid is null', jwk: { ...jwkOf(p256), kid: null }, why: 'no kid' },
  {
    name: 'a key whose type is null',
    jwk: { ...jwkOf(p256), kid: 'bad', kty: null },
    why: 'key type or curve not supported',
  },
  {
    name: 'a key whose modulus is an empty list',
    jwk: { ...jwkOf(rsa), kid: 'bad', n: [] },
    why: 'parameters malformed',
  },
  { name: 'an oct key', jwk: { kid: 'bad', kty: 'oct', k: 'c2VjcmV0' }, why: 'a symmetric key' },
  {
    name: 'RSA with 1024 bits',
    jwk: { kid: 'bad', ...jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 })) },
    why: 'RSA under 2048 bits',
  },
  {
    name: 'RSA with e = 1',
    jwk: { kid: 'bad', ...jwkOf(rsa), e: 'AQ' },
    why: 'RSA exponent not odd and above 1',
  },
  {
    name: 'RSA with an even e',
    jwk: { kid: 'bad', ...jwkOf(rsa), e: 'Ag' },
    why: 'RSA exponent not odd and above 1',
  },
  { name: 'RSA without a modulus', jwk: { kid: 'bad', kty: 'RSA', e: 'AQAB' }, why: 'parameters malformed' },
  {
    name: 'RSA numbers that are numbers',
    jwk: { kid: 'bad', kty: 'RSA', n: 12345, e: 65537 },
    why: 'parameters malformed',
  },
  {
    name: 'an EC key on the curve of another algorithm',
    jwk: { kid: 'bad', ...jwkOf(p256), alg: 'ES384' },
    why: 'alg does not fit the key',
  },
  {
    name: 'an EC point that is not on its curve',
    jwk: { kid: 'bad', ...jwkOf(p256), y: jwkOf(p256).x },
    why: 'parameters malformed',
  },
  {
    name: 'an EC key on a curve nobody asked for',
    jwk: { kid: 'bad', ...jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })) },
    why: 'key type or curve not supported',
  },
  {
    name: 'a curve named like a member of every object',
    jwk: { kid: 'bad', crv: 'constructor', x: 'AA', y: 'AA' },
    why: 'key type or curve not supported',
  },
  {
    name: 'a key agreement key',
    jwk: { kid: 'bad', ...jwkOf(generateKeyPairSync('x25519')) },
    why: 'key type or curve not supported',
  },
  {
    name: 'Ed25519 under the key type EC',
    jwk: { kid: 'bad', ...jwkOf(generateKeyPairSync('ed25519')), kty: 'EC' },
    why: 'key type or curve not supported',
  },
  { name: 'a key for encryption', jwk: { kid: 'bad', ...jwkOf(rsa), use: 'enc' }, why: 'use is not sig' },
  {
    name: 'a key that may only sign',
    jwk: { kid: 'bad', ...jwkOf(rsa), key_ops: ['sign'] },
    why: 'key_ops lacks verify',
  },
  {
    name: 'key_ops that are text',
    jwk: { kid: 'bad', ...jwkOf(rsa), key_ops: 'verify' },
    why: 'key_ops lacks verify',
  },
  {
    name: 'a key for HS256',
    jwk: { kid: 'bad', ...jwkOf(rsa), alg: 'HS256' },
    why: 'alg does not fit the key',
  },
  {
    name: 'a key for an algorithm of another type',
    jwk: { kid: 'bad', ...jwkOf(rsa), alg: 'ES256' },
    why: 'alg does not fit the key',
  },
];
