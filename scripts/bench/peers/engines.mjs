import { fork } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { aboutMachine } from './machine.mjs';
import { say } from './report.mjs';

/** Where to verify: on the event loop or on the thread pool, for each algorithm, alone and among others. */
const KEYS = [
  ['RS256, 2048 bits', 'rsa', { modulusLength: 2048 }, 'sha256'],
  ['RS256, 4096 bits', 'rsa', { modulusLength: 4096 }, 'sha256'],
  ['ES256', 'ec', { namedCurve: 'P-256' }, 'sha256'],
  ['ES384', 'ec', { namedCurve: 'P-384' }, 'sha384'],
  ['EdDSA', 'ed25519', {}, null],
];
const SECONDS = 0.5;
const INPUT = Buffer.from('x'.repeat(600));

if (process.send) process.once('message', (job) => void work(job));
else await main();

async function main() {
  say(await aboutMachine());
  const rows = {};
  for (const [name, type, options, digest] of KEYS) {
    const { privateKey, publicKey } = generateKeyPairSync(type, options);
    const job = {
      digest,
      key: publicKey.export({ type: 'spki', format: 'pem' }),
      signature: sign(digest, INPUT, privateKey).toString('base64'),
    };
    const row = {};
    for (const inFlight of [1, 32]) {
      for (const processes of [1, 2]) {
        for (const where of ['loop', 'pool']) {
          row[`${where}, ${inFlight} in flight, ${processes} process`] = await total(processes, {
            ...job,
            where,
            inFlight,
          });
        }
      }
    }
    rows[name] = row;
  }
  print(rows);
}

/** Verifications a second over all processes. */
async function total(processes, job) {
  const each = await Promise.all(Array.from({ length: processes }, () => inChild(job)));
  return Math.round(each.reduce((sum, one) => sum + one, 0));
}

function inChild(job) {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.url));
    child.once('message', (perSecond) => {
      child.kill();
      resolve(perSecond);
    });
    child.send(job);
  });
}

async function work({ digest, key: pem, signature: text, where, inFlight }) {
  const key = createPublicKey(pem);
  const signature = Buffer.from(text, 'base64');
  const once =
    where === 'loop'
      ? () => Promise.resolve(verify(digest, INPUT, key, signature))
      : () =>
          new Promise((resolve) => verify(digest, INPUT, key, signature, (_error, good) => resolve(good)));
  await run(once, inFlight, SECONDS / 4);
  process.send(await run(once, inFlight, SECONDS));
}

async function run(once, inFlight, seconds) {
  const until = performance.now() + seconds * 1000;
  const started = performance.now();
  let done = 0;
  const lane = async () => {
    while (performance.now() < until) {
      if (!(await once())) throw new Error('refused');
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return done / ((performance.now() - started) / 1000);
}

function print(rows) {
  for (const [name, row] of Object.entries(rows)) {
    process.stdout.write(`${name}\n`);
    const entries = Object.entries(row);
    for (let index = 0; index < entries.length; index += 2) {
      const [what, loop] = entries[index];
      const [, pool] = entries[index + 1];
      const label = what.replace('loop, ', '').padEnd(26);
      process.stdout.write(
        `  ${label} loop ${String(loop).padStart(7)}/s  pool ${String(pool).padStart(7)}/s\n`,
      );
    }
  }
}
