import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contenders } from './contenders.mjs';
import { startFastApi } from './fastapi.mjs';
import { CONNECTIONS, loadTool } from './load.mjs';
import { aboutMachine } from './machine.mjs';
import { benchOptions, inFolder } from './options.mjs';
import { print, say } from './report.mjs';
import { inRounds, startServer } from './rounds.mjs';
import { audience, issuer, makeKeys, mint, userOf, USERS } from './tokens.mjs';

const FASTAPI = 'fastapi';
const TITLES = {
  ...Object.fromEntries(Object.entries(contenders).map(([name, { title }]) => [name, title])),
  [FASTAPI]: 'FastAPI and python-jose, one worker, with the owner check',
};
const USAGE = `Usage: npm run bench -- [--quick] [--json] [--rounds N] [--seconds N] [--only NAME,NAME]

Requests per second behind each verifier, as a share of a bare Express app doing the same route, over
${CONNECTIONS} connections: 500 tokens repeated, every token new, each token 20 times.
Contenders: ${Object.keys(TITLES).join(', ')} (where there is python3).
`;

/** `perSecond`: more tokens than any contender takes in a second on one core. */
const TRAFFIC = [
  { name: 'repeated', title: '500 tokens repeated', times: 'cycle' },
  { name: 'new', title: 'every token new', times: 1, unseen: true, perSecond: 12_000 },
  { name: 'twenty', title: 'each token 20 times', times: 20, unseen: true, perSecond: 1_500 },
];

async function main() {
  const options = benchOptions(USAGE, Object.keys(TITLES), 'bare');
  const { quick, rounds, seconds, names } = options;
  // Each token twenty times: what is done for new ones and for known ones is both warm then.
  const warmUp = quick ? TRAFFIC.filter(({ name }) => name === 'twenty') : TRAFFIC;
  say(await aboutMachine());
  const { jwks, pem } = makeKeys();
  await inFolder(async (folder) => {
    const file = join(folder, 'requests.txt');
    const { total, ofRound } = slicesFor([warmUp, ...Array(rounds).fill(TRAFFIC)], seconds);
    say(`signing ${total} tokens; load from ${loadTool()}`);
    await writeFile(file, linesOf(await mint(pem, total)));
    const sliceOf = (traffic, round) => ({ file, ...ofRound[round][traffic.name] });
    const given = { issuer, audience, jwks };
    const started = await Promise.all(
      names.map((name) =>
        name === FASTAPI ? startFastApi(name, given) : startServer('./contenders.mjs', name, given),
      ),
    );
    const servers = started.filter((server) => server !== undefined);
    try {
      const samples = await inRounds({ servers, traffics: TRAFFIC, warmUp, rounds, seconds, sliceOf });
      const rows = servers.map(({ name }) => ({ name, title: TITLES[name], base: 'bare' }));
      print('Share of bare Express 5', { samples, rows, columns: TRAFFIC, json: options.json });
    } finally {
      for (const { stop } of servers) stop();
    }
  });
}

/** Where each round's tokens lie in the file: what is to be new was in no round before. */
function slicesFor(rounds, seconds) {
  let total = USERS;
  const ofRound = rounds.map((traffics) => {
    const slices = {};
    for (const { name, perSecond } of traffics) {
      slices[name] = perSecond ? { first: total, count: perSecond * seconds } : { first: 0, count: USERS };
      total += perSecond ? perSecond * seconds : 0;
    }
    return slices;
  });
  return { total, ofRound };
}

function linesOf(tokens) {
  return tokens.map((token, index) => `GET /api/items/${userOf(index)} ${token}\n`).join('');
}

await main();
