import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * Prefix (`sp` by default), `_`, public id (17 characters), `_`, secret (43 characters, 256 bits), checksum (6), all in
 * base62: a key needs no escaping, and a double click selects all of it. The prefix lets secret scanners find it.
 */
const SHAPE = /^[a-z][a-z0-9_]{0,19}_([0-9A-Za-z]{17})_[0-9A-Za-z]{43}([0-9A-Za-z]{6})$/;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID = { bytes: 12, characters: 17 };
const SECRET = { bytes: 32, characters: 43 };
const CHECKSUM_CHARACTERS = 6;

export interface NewApiKey {
  readonly id: string;
  /** Shown to the user once and never stored. */
  readonly key: string;
  readonly hash: string;
}

export const DEFAULT_PREFIX = 'sp';

/** Whether a text may be the prefix of keys: `acme`, `acme_live`. */
export function isPrefix(text: unknown): boolean {
  return typeof text === 'string' && text.length <= 20 && /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(text);
}

export function newApiKey(prefix = DEFAULT_PREFIX): NewApiKey {
  const id = random(ID);
  const body = `${prefix}_${id}_${random(SECRET)}`;
  const key = body + checksum(body);
  return { id, key, hash: hashOf(key) };
}

/**
 * The public id of an API key, if its form and checksum are right; undefined for any other text, such as a key that was
 * mistyped or cut. Does not authenticate and asks no store: only `apiKeyVerifier` tells whether the key is valid.
 *
 * @example
 * const id = apiKeyIdOf('sp_...'); // undefined, since that is no key
 */
export function apiKeyIdOf(key: string): string | undefined {
  const [, id, sum = ''] = SHAPE.exec(key) ?? [];
  return checksum(key.slice(0, -CHECKSUM_CHARACTERS)) === sum ? id : undefined;
}

/** A fast hash is enough: the secret has 256 random bits, too many to search. */
export function hashOf(key: string): string {
  return hash('sha256', key, 'hex');
}

function random({ bytes, characters }: { readonly bytes: number; readonly characters: number }): string {
  return base62(BigInt(`0x${randomBytes(bytes).toString('hex')}`), characters);
}

/** Detects typing errors only; it is no proof of anything. */
function checksum(text: string): string {
  return base62(BigInt(crc32(text)), CHECKSUM_CHARACTERS);
}

function base62(number: bigint, characters: number): string {
  let digits = '';
  for (let rest = number; rest > 0n; rest /= 62n) digits = DIGITS.charAt(Number(rest % 62n)) + digits;
  return digits.padStart(characters, '0');
}
