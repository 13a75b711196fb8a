import crypto, { createPrivateKey, createPublicKey, type KeyPairKeyObjectResult } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Before each test file: a pair of RSA keys is made once and kept, since making one takes longer than most tests. The keys
 * of one test file all differ; those of two files are the same.
 */
const FOLDER = join(__dirname, '../../.cache/test-keys');
const GENERATED = Symbol.for('sallyport.test.generate-key-pair-sync');

type Generate = (type: string, options: { readonly modulusLength?: number }) => KeyPairKeyObjectResult;
/** Jest hands every test file the same core module. */
const shared = crypto as unknown as { generateKeyPairSync: Generate; [GENERATED]: Generate | undefined };
const generate = (shared[GENERATED] ??= shared.generateKeyPairSync);
let taken = 0;

shared.generateKeyPairSync = (type, options) => {
  const isOrdinary = type === 'rsa' && JSON.stringify(options) === '{"modulusLength":2048}';
  return isOrdinary ? keptPair(join(FOLDER, `rsa-2048-${String(taken++)}.pem`)) : generate(type, options);
};

function keptPair(file: string): KeyPairKeyObjectResult {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch {
    const made = generate('rsa', { modulusLength: 2048 });
    mkdirSync(FOLDER, { recursive: true });
    const whole = `${file}.${String(process.pid)}`;
    writeFileSync(whole, made.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    renameSync(whole, file);
    return made;
  }
  return { privateKey: createPrivateKey(pem), publicKey: createPublicKey(pem) };
}
