import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONNECTIONS, loadTool } from './load.mjs';
import { aboutMachine } from './machine.mjs';
import { benchOptions, inFolder } from './options.mjs';
import { print, say } from './report.mjs';
import { inRounds, startServer } from './rounds.mjs';
import { startService } from './service-process.mjs';
import { contenders } from './service-contenders.mjs';
import { audience, issuer, makeKeys, mint, userOf, USERS } from './tokens.mjs';

const SERVICES = { service: 1, 'service-2': 2 };
const USAGE = `Usage: npm run bench:service -- [--quick] [--json] [--rounds N] [--seconds N] [--only NAME,NAME]

The service on its embedded store, over ${CONNECTIONS} connections: GET of one module as a share of a bare Express app that
answers the same bytes, save as a share of a bare Express app with one LMDB put. service-2 has WEB_CONCURRENCY=2.
Contenders: ${Object.keys(contenders).join(', ')}, ${Object.keys(SERVICES).join(', ')}.
`;

const TRAFFIC = [
  { name: 'get', title: 'GET of one module', times: 'cycle', line: getLine },
  { name: 'save', title: 'save', times: 'cycle', line: saveLine },
];
const data = { title: 'Engines', text: 'x'.repeat(900), tags: ['a', 'b'], done: false };
const body = JSON.stringify({ moduleId: 'm1', data });

async function main() {
  const options = benchOptions(USAGE, [...Object.keys(contenders), ...Object.keys(SERVICES)], 'bare');
  const { rounds, seconds, names } = options;
  say(await aboutMachine());
  const { pem, publicPem } = makeKeys();
  await inFolder(async (folder) => {
    const tokens = await mint(pem, USERS);
    const files = {};
    for (const { name, line } of TRAFFIC) {
      files[name] = join(folder, `${name}.txt`);
      await writeFile(files[name], tokens.map(line).join(''));
    }
    say(`load from ${loadTool()}`);
    const start = (name) =>
      name in SERVICES
        ? startService(name, join(folder, name), { issuer, audience, publicPem, workers: SERVICES[name] })
        : startServer('./service-contenders.mjs', name, { body, folder: join(folder, name) });
    const servers = await Promise.all(names.map(start));
    try {
      await Promise.all(servers.map(({ origin }) => saveAll(origin, tokens)));
      const sliceOf = (traffic) => ({ file: files[traffic.name], first: 0, count: USERS });
      const samples = await inRounds({ servers, traffics: TRAFFIC, rounds, seconds, sliceOf });
      const rows = names.map((name) => ({ name, title: name, base: 'bare' }));
      print('Share of bare Express 5', { samples, rows, columns: TRAFFIC, json: options.json });
    } finally {
      await Promise.all(servers.map(({ stop }) => stop()));
    }
  });
}

/** Every user's module is there before the first GET. */
async function saveAll(origin, tokens) {
  for (const token of tokens) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { ok, status } = await fetch(`${origin}/api/user_modules/save`, { method: 'POST', headers, body });
    if (!ok) throw new Error(`save was answered ${status}`);
  }
}

function getLine(token, index) {
  return `GET /api/user_modules/user/${userOf(index)}/m1 ${token}\n`;
}

function saveLine(token) {
  return `POST /api/user_modules/save ${token} ${body}\n`;
}

await main();
