import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import sallyport from '../../../dist/lib/index.js';
import embedded from '../../../dist/service/storage/embedded/storage.js';
import { aboutMachine } from './machine.mjs';
import { say } from './report.mjs';
import { line, microseconds } from './timing.mjs';
import { audience, issuer, makeKeys, mint } from './tokens.mjs';

const { cached, jwtVerifier, knownUsers, memoryRevocations, memoryUsers, nodeCrypto, revocationFeed } =
  sallyport;
const { staticKeys, sallyport: chain } = sallyport;
const AN_HOUR = 3_600_000;
const ROUNDS = 5;
/** Behind the last dot, where the base64url of 2048 bits is over. */
const SIGNATURE_END = 343;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

/** What a part of a request costs as there is more of everything, and the memory that each thing takes. */
async function main() {
  say(await aboutMachine());
  await report('A known user', [10, 10_000, 1_000_000], users, 20_000);
  await report('Asking for revocations', [0, 10_000, 1_000_000], revocations, 100_000);
  await report('A cached token', [1000, 100_000], cachedTokens, 5000);
  await report('An unseen token, by number of issuers', [1, 100], issuers, 1000);
  await report("Saving one of a user's modules", [10, 10_000], modules, 300);
}

async function report(title, sizes, make, times) {
  const made = [];
  for (const size of sizes) {
    const before = heap();
    const part = await make(size);
    made.push({ size, bytes: heap() - before, ...part });
  }
  const runs = made.map(({ size, once }) => ({
    name: size.toLocaleString('en'),
    run: async (count) => {
      for (let index = 0; index < count; index += 1) await once(index);
    },
  }));
  const results = await microseconds(runs, { rounds: ROUNDS, times });
  const lines = made.map(({ size, bytes, counted = true }) => {
    const each = size > 0 ? `, ${Math.round(bytes / size)} bytes each` : '';
    const memory = counted ? `${(bytes / 1e6).toFixed(1)} MB${each}` : '';
    const name = size.toLocaleString('en');
    return line(name, results.get(name), 10, memory);
  });
  process.stdout.write(`${title}: microseconds, median (lowest-highest); heap\n${lines.join('\n')}\n`);
  for (const { close } of made) await close?.();
}

function heap() {
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function users(count) {
  const directory = knownUsers(memoryUsers(), { max: 2_000_000, seconds: 3600 });
  const name = (index) => ({ issuer, subject: `user_2aBcDeFgHiJkLmNoPqRs${index}` });
  for (let index = 0; index < count; index += 1) await directory.getOrCreate(name(index));
  return { once: (index) => directory.getOrCreate(name(index % count)) };
}

async function revocations(count) {
  const until = Date.now() + AN_HOUR;
  const read = () =>
    Promise.resolve({
      revocations: Array.from({ length: count }, (_, index) => ({
        by: 'sid',
        issuer,
        value: `sess_2aBcDeFgHiJkLmNoPqRs${index}`,
        until,
      })),
      position: '0',
    });
  const feed = revocationFeed({ store: { ...memoryRevocations(), read }, pollMs: AN_HOUR });
  await feed.prewarm();
  const payload = { iss: issuer, sub: 'alice', sid: 'sess_of_nobody', jti: 'j', iat: 1_700_000_000 };
  const auth = {
    kind: 'token',
    issuer,
    subject: 'alice',
    scopes: [],
    expiresAt: undefined,
    payload,
    header: {},
  };
  return { once: () => feed.check(auth), close: () => feed.close() };
}

/** One key signs all of them, so that what is measured is the cache. */
const signer = makeKeys();
const signed = await mint(signer.pem, 20_000);

async function cachedTokens(count) {
  const keys = staticKeys(signer.jwks);
  const verify = jwtVerifier({ issuer, audience, keys, engine: nodeCrypto() });
  // Signing 100 000 tokens takes minutes: beyond the first they are the same ones with a number behind.
  const verifier = cached((token) => verify(token.slice(0, token.lastIndexOf('.') + SIGNATURE_END)), {
    max: count,
    seconds: 3600,
  });
  const named = (index) =>
    index < signed.length ? signed[index] : `${signed[index % signed.length]}${index}`;
  for (let index = 0; index < count; index += 1) await verifier(named(index));
  return { once: (index) => verifier(named(index % Math.min(count, signed.length))) };
}

async function issuers(count) {
  const keys = Array.from({ length: count }, () => staticKeys(signer.jwks));
  const port = chain({
    issuers: keys.map((source, index) => ({
      issuer: index === count - 1 ? issuer : `https://issuer-${index}.example`,
      audience,
      keys: source,
    })),
    owner: ({ subject }) => subject,
    users: memoryUsers(),
    engine: nodeCrypto(),
    cache: false,
    addressLimit: false,
    subjectLimit: false,
  });
  return { once: (index) => through(port, signed[index % signed.length]), counted: false };
}

/** A request through the chain, without a server. */
function through(port, token) {
  const request = { rawHeaders: ['Authorization', `Bearer ${token}`], headers: {} };
  const response = { setHeader: () => undefined, getHeader: () => undefined };
  return new Promise((resolve, reject) =>
    port(request, response, (error) => (error ? reject(error) : resolve())),
  );
}

async function modules(count) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const storage = await embedded.openEmbeddedStorage({ folder, sync: false });
  const save = (index) => storage.modules.save('user', `m${index}`, '{"text":"x"}', { limit: 1_000_000 });
  for (let from = 0; from < count; from += 100) {
    await Promise.all(Array.from({ length: Math.min(100, count - from) }, (_, index) => save(from + index)));
  }
  const close = async () => {
    await storage.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { once: (index) => save(index % count), close, counted: false };
}

await main();
