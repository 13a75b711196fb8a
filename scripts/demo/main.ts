import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestIssuer, type HttpTestIssuer } from 'sallyport/testing';
import { printByHand } from './by-hand';
import { exchange } from './exchange';
import { paint, print } from './paint';
import { exchanges } from './playground/exchanges';
import { startPlayground } from './playground/server';
import { startServiceProcess, type ServiceProcess } from './service-process';
import { tour } from './tour';

const AUDIENCE = 'sallyport-demo';
const A_DAY = 86_400;
const SETTINGS = { clockTolerance: 2, keysFresh: 10, keysStale: 10 };

/** `npm run demo`: the main job on a fresh machine. With `--once` it ends after the tour. */
async function main(): Promise<void> {
  const once = readArguments();
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-demo-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const issuer = await startTestIssuer({ audience: AUDIENCE, lifetimeSeconds: A_DAY });
  let service: ServiceProcess | undefined;
  try {
    service = await startServiceProcess(folder, environment(issuer));
    print(
      '',
      `A local issuer signs tokens at ${issuer.issuer};`,
      `the service believes it, at ${service.url}.`,
      '',
    );
    const wrong = await takeTour(service.url, issuer);
    if (wrong > 0) process.exitCode = 1;
    else print(paint('green', 'All as it should be.'), '');
    if (!once) await stayUp(service, issuer);
  } finally {
    await service?.stop();
    await issuer.close();
  }
}

function readArguments(): boolean {
  const [first, ...rest] = process.argv.slice(2);
  if (rest.length === 0 && (first === undefined || first === '--once')) return first === '--once';
  throw new Error('npm run demo takes no argument but --once: npm run demo -- --once');
}

/** Resolves with how many exchanges were not as they should be. */
async function takeTour(url: string, issuer: HttpTestIssuer): Promise<number> {
  let wrong = 0;
  for (const [index, step] of tour(issuer).entries()) {
    if (!(await exchange(url, index + 1, step()))) wrong += 1;
  }
  if (wrong > 0) print(paint('red', `${String(wrong)} of these are not as they should be.`), '');
  return wrong;
}

/** With every event in its log, and with keys that age while somebody looks on. */
function environment({ issuer }: HttpTestIssuer): Record<string, string> {
  return {
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_CLOCK_TOLERANCE_SECONDS: String(SETTINGS.clockTolerance),
    JWKS_FRESH_SECONDS: String(SETTINGS.keysFresh),
    JWKS_STALE_SECONDS: String(SETTINGS.keysStale),
    LOG_LEVEL: 'debug',
  };
}

async function stayUp(service: ServiceProcess, issuer: HttpTestIssuer): Promise<void> {
  const { url, log, logFile } = service;
  const exchange = exchanges(url, log);
  const playground = await startPlayground({ service: url, issuer, log, exchange, settings: SETTINGS });
  try {
    printByHand(url, issuer.token({ sub: 'demo' }), logFile);
    print('', `${paint('bold', 'In the browser:')} ${playground.url}`, '');
    await untilToldToEnd(service);
  } finally {
    await playground.close();
  }
}

async function untilToldToEnd(service: ServiceProcess): Promise<void> {
  const told = new Promise<undefined>((resolve) => {
    process.once('SIGINT', () => {
      resolve(undefined);
    });
    process.once('SIGTERM', () => {
      resolve(undefined);
    });
  });
  const end = await Promise.race([told, service.ended]);
  if (end !== undefined) throw new Error(`The service ended by itself: ${end}`);
  print('');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
