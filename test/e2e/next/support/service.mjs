import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './made-app.mjs';
import { freePort, serve } from './processes.mjs';

/** The built service on a port and a database of its own, which stay through `restart`. */
export async function startService(settings) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-next-'));
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env.PATH,
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    RATE_LIMIT_USER_PER_MINUTE: '10000',
    RATE_LIMIT_IP_PER_MINUTE: '10000',
    SHUTDOWN_GRACE_SECONDS: '1',
    ...settings,
  };
  const start = (until = '/health/ready') =>
    serve(process.execPath, [join(ROOT, 'dist/service/main.js')], {
      cwd: folder,
      env,
      url: `${url}${until}`,
    });
  let running = await start();
  let printed = '';
  return {
    url,
    output: () => printed + running.output(),
    async stop() {
      await running.stop();
    },
    /** `until` answers; what it waits for may be less than readiness. */
    async start(until) {
      printed += running.output();
      running = await start(until);
    },
    async close() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
