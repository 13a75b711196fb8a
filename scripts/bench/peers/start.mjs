import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { aboutMachine } from './machine.mjs';
import { inFolder, wantsJson } from './options.mjs';
import { say } from './report.mjs';
import { audience, issuer, makeKeys } from './tokens.mjs';

const ROUNDS = 11;
const HERE = fileURLToPath(new URL('.', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../dist/service/main.js', import.meta.url));
const USAGE = `Usage: npm run bench:start -- [--json]

Milliseconds from the start of a process to its first answer of 200 at /health/ready: the built service on the embedded store,
with a new data folder each time, beside a bare Express app. Median of ${ROUNDS} starts, in turn; the first of each is not counted.
`;
const BARE = `
  const app = require('express')().get('/health/ready', (request, response) => response.json({ status: 'ready' }));
  const server = app.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ address: 'http://127.0.0.1:' + server.address().port }));
  });
`;

async function main() {
  const json = wantsJson(USAGE);
  say(await aboutMachine());
  const { publicPem } = makeKeys();
  await inFolder(async (folder) => {
    const contenders = {
      'bare Express 5': () => ready(['-e', BARE], HERE, {}),
      service: async () => ready([MAIN], await mkdtemp(join(folder, 'data-')), serviceEnvironment(publicPem)),
    };
    const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [name, start] of Object.entries(contenders)) {
        const milliseconds = await start();
        if (round > 0) samples[name].push(milliseconds);
      }
    }
    const rows = Object.entries(samples).map(([name, values]) => ({ name, ...spreadOf(values) }));
    process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : rows.map(text).join(''));
  });
}

function serviceEnvironment(publicPem) {
  return {
    PORT: '0',
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    AUTH_PUBLIC_KEY: publicPem,
    SHUTDOWN_GRACE_SECONDS: '0',
  };
}

/** Milliseconds until the process is ready. It is ended afterwards. */
async function ready(words, cwd, env) {
  const started = performance.now();
  const child = spawn(process.execPath, words, {
    cwd,
    env: { NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    const origin = await Promise.race([addressIn(child.stdout), ended]);
    if (typeof origin !== 'string') throw new Error('A process ended before it listened');
    while (!(await isReady(origin))) await wait(1);
    return performance.now() - started;
  } finally {
    child.kill();
    await ended;
  }
}

async function addressIn(output) {
  let text = '';
  for await (const chunk of output) {
    text += chunk;
    const address = /"address":"([^"]+)"/.exec(text)?.[1];
    if (address) return address;
  }
  return undefined;
}

async function isReady(origin) {
  const response = await fetch(`${origin}/health/ready`);
  await response.arrayBuffer();
  return response.status === 200;
}

function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b).map(Math.round);
  return { median: sorted[Math.floor(sorted.length / 2)], lowest: sorted[0], highest: sorted.at(-1) };
}

function text({ name, median, lowest, highest }) {
  return `  ${name.padEnd(16)} ${String(median).padStart(5)} ms  (${lowest}-${highest})\n`;
}

await main();
