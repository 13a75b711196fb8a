import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { spawnSync } from 'node:child_process';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const APPS = fileURLToPath(new URL('./apps', import.meta.url));
const KINDS = ['clerk', 'oidc'];

const USAGE = `Usage: npm run create:next -- DIR --auth clerk|oidc [--sallyport TARBALL]

Makes a Next app in DIR, which must be empty or not there: pages, routes through sallyport/next to the service, and
the sign-in, with Clerk (Next 16) or with any OpenID provider (Next 15). sallyport is packed from this clone into DIR,
unless TARBALL names one that is packed already.
`;

process.exitCode = main();

function main() {
  const given = readArguments();
  if (typeof given === 'string') {
    process.stderr.write(`${given}\n\n${USAGE}`);
    return 2;
  }
  const { folder, auth } = given;
  mkdirSync(folder, { recursive: true });
  const tarball = given.tarball ?? packed(folder);
  if (tarball === undefined) return 1;
  for (const part of ['common', auth]) cpSync(join(APPS, part), folder, { recursive: true });
  depend(folder, tarball);
  process.stdout.write(nextSteps(folder));
  return 0;
}

/** What was asked for, or what is wrong with it. */
function readArguments() {
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: { auth: { type: 'string' }, sallyport: { type: 'string' } },
    });
  } catch (error) {
    return error.message;
  }
  const { positionals, values } = parsed;
  if (positionals.length !== 1) return 'Name one folder.';
  if (!KINDS.includes(values.auth)) return `--auth must be one of ${KINDS.join(', ')}.`;
  // npm runs scripts in the clone; who typed the command may stand elsewhere.
  const from = process.env.INIT_CWD ?? process.cwd();
  const folder = resolve(from, positionals[0]);
  if (existsSync(folder) && readdirSync(folder).length > 0) return `${folder} is not empty.`;
  const tarball = values.sallyport && resolve(from, values.sallyport);
  if (tarball && !existsSync(tarball)) return `There is no ${tarball}.`;
  return { folder, auth: values.auth, tarball };
}

/** As it would be published. */
function packed(folder) {
  const { status, stdout } = spawnSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  return join(folder, JSON.parse(stdout)[0].filename);
}

function depend(folder, tarball) {
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const own = join(folder, basename(tarball));
  if (own !== tarball) cpSync(tarball, own);
  manifest.dependencies.sallyport = `file:${basename(tarball)}`;
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

function nextSteps(folder) {
  return `Made ${folder}. Now:

  cd ${folder}
  npm install
  cp .env.example .env.local    (and fill it in)
  npm run dev                   (http://localhost:3000; the service belongs on port 3001)
`;
}
