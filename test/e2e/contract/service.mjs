import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/service/main.js', import.meta.url));

export const AUDIENCE = 'analyzer';
export const CLIENT = 'contract-client';
export const RECEIVER = 'https://receiver.example';
export const WEBHOOK_KEY = Buffer.from('the key of a contract test, no secret');

/** The built service with every route that can be configured, and an issuer that it believes. */
export async function startService() {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-contract-'));
  // Only now, since it may just have been built.
  const { startTestIssuer } = await import('sallyport/testing');
  const issuer = await startTestIssuer({ audience: AUDIENCE });
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: {
      PORT: '0',
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_LOGOUT: CLIENT,
      AUTH_SIGNALS: RECEIVER,
      CLERK_WEBHOOK_SECRET: `whsec_${WEBHOOK_KEY.toString('base64')}`,
      RATE_LIMIT_IP_PER_MINUTE: '1000000',
      RATE_LIMIT_USER_PER_MINUTE: '1000000',
      SHUTDOWN_GRACE_SECONDS: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = [];
  const listening = new Promise((resolve) => {
    let rest = '';
    child.stdout.on('data', (chunk) => {
      const [last, ...whole] = `${rest}${chunk}`.split('\n').reverse();
      rest = last;
      for (const line of whole.reverse()) lines.push(line);
      const address = lines.map((line) => /"address":"(http[^"]+)"/.exec(line)?.[1]).find(Boolean);
      if (address) resolve(address);
    });
  });
  const early = ended.then(([code]) => Promise.reject(new Error(`The service ended with ${code}`)));
  early.catch(() => undefined);
  return {
    issuer,
    url: await Promise.race([listening, early]),
    /** Of its log: each failure that is a bug. */
    bugs: () => lines.filter((line) => line.includes('internal error')),
    async stop() {
      child.kill('SIGINT');
      await ended;
      await issuer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
