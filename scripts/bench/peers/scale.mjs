import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import sallyport from '../../../dist/lib/index.js';
import embeddedEnvironment from '../../../dist/service/storage/embedded/environment.js';
import embedded from '../../../dist/service/storage/embedded/modules.js';
import { aboutMachine } from './machine.mjs';
import { wantsJson } from './options.mjs';
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

const USAGE = `Usage: npm run bench:scale -- [--json]

What a part of a request costs, and how much memory is taken, as there are more known users, live revocations, cached
tokens, issuers, and modules of one user.
`;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

/** What a part of a request costs as there is more of everything, and the memory that each thing takes. */
async function main() {
  const json = wantsJson(USAGE);
  say(await aboutMachine());
  const tables = [];
  const add = async (...what) => {
    const table = await measured(...what);
    tables.push(table);
    if (!json) process.stdout.write(text(table));
  };
  await add('A known user', [10, 10_000, 1_000_000], users, 20_000);
  await add('Asking for revocations', [0, 10_000, 1_000_000], revocations, 100_000);
  await add('A cached token', [1000, 100_000], cachedTokens, 5000);
  await add('An unseen token, by number of issuers', [1, 100], issuers, 1000);
  await add("Saving one of a user's modules", [10, 10_000], modules, 300);
  if (json) process.stdout.write(`${JSON.stringify(tables, null, 2)}\n`);
}

async function measured(title, sizes, make, times) {
  const made = [];
  for (const size of sizes) {
    const before = heap();
    const part = await make(size);
    made.push({ size, bytes: heap() - before, ...part });
  }
  const runs = made.map(({ size, once }) => ({
    name: size,
    run: async (count) => {
      for (let index = 0; index < count; index += 1) await once(index);
    },
  }));
  const results = await microseconds(runs, { rounds: ROUNDS, times });
  for (const { close } of made) await close?.();
  const rows = made.map(({ size, bytes, counted = true }) => ({
    size,
    ...results.get(size),
    ...(counted && { bytes }),
  }));
  return { title, rows };
}

function text({ title, rows }) {
  const lines = rows.map(({ size, bytes, ...row }) =>
    line(size.toLocaleString('en'), row, 10, memory(bytes, size)),
  );
  return `${title}: microseconds, median (lowest-highest); heap\n${lines.join('\n')}\n`;
}

function memory(bytes, size) {
  if (bytes === undefined) return '';
  const each = size >= 1000 ? `, ${Math.round(bytes / size)} bytes each` : '';
  return `${(bytes / 1e6).toFixed(1)} MB${each}`;
}

function heap() {
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What is remembered of users; the store that knows all of them is a database elsewhere. */
async function users(count) {
  const createdAt = new Date().toISOString();
  const getOrCreate = (identity) => Promise.resolve({ id: randomUUID(), ...identity, createdAt });
  const directory = knownUsers({ ...memoryUsers(), getOrCreate }, { max: count, seconds: 3600 });
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

/** The store without its deadline, which a busy machine would miss. */
async function modules(count) {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const environment = new embeddedEnvironment.Environment({ folder, sync: false });
  await environment.open();
  const store = embedded.embeddedModules(environment);
  const save = (index) => store.save('user', `m${index}`, '{"text":"x"}', { limit: 1_000_000 });
  for (let from = 0; from < count; from += 100) {
    await Promise.all(Array.from({ length: Math.min(100, count - from) }, (_, index) => save(from + index)));
  }
  const close = async () => {
    await environment.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { once: (index) => save(index % count), close, counted: false };
}

await main();
