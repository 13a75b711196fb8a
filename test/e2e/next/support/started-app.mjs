import { join } from 'node:path';
import { folderOf } from './made-app.mjs';
import { serve } from './processes.mjs';

/** `next start`, at the host and port of the url, with the environment that `.env.local` would give it. */
export async function startApp(auth, url, environment) {
  const folder = folderOf(auth);
  const { hostname, port } = new URL(url);
  const next = join(folder, 'node_modules/next/dist/bin/next');
  const running = await serve(process.execPath, [next, 'start', '-H', hostname, '-p', port], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...environment },
    url: `${url}/icon.svg`,
  });
  return { url, output: running.output, close: () => running.stop() };
}
