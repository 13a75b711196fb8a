import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/service/main.js', import.meta.url));
const NO_LIMIT = '999999999';

/** The built service with its log in a file of `folder`, as it comes but for limits that are never reached. */
export async function startService(name, folder, { issuer, audience, publicPem, workers }) {
  await mkdir(folder, { recursive: true });
  const logFile = join(folder, 'service.log');
  const log = createWriteStream(logFile);
  await new Promise((resolve) => log.once('open', resolve));
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: {
      NODE_ENV: 'production',
      PORT: '0',
      AUTH_ISSUER: issuer,
      AUTH_AUDIENCE: audience,
      AUTH_PUBLIC_KEY: publicPem,
      RATE_LIMIT_IP_PER_MINUTE: NO_LIMIT,
      RATE_LIMIT_USER_PER_MINUTE: NO_LIMIT,
      SHUTDOWN_GRACE_SECONDS: '0',
      ...(workers > 1 && { WEB_CONCURRENCY: String(workers) }),
    },
    stdio: ['ignore', log, 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill();
    await ended;
  };
  return { name, origin: await addressIn(logFile), pid: child.pid, stop };
}

async function addressIn(logFile) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const address = /"address":"([^"]+)"/.exec(await readFile(logFile, 'utf8'))?.[1];
    if (address) return address;
    await wait(100);
  }
  throw new Error(`The service did not listen within 10 s: ${await readFile(logFile, 'utf8')}`);
}
