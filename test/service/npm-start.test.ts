import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { builtService } from '../support/built-service';
import { cleanUp, later, temporaryFolder } from '../support/clean-up';

jest.setTimeout(60_000);

let folder: string;
beforeAll(() => {
  folder = resolve(builtService(), '../../..');
});
afterAll(cleanUp);

/** `npm start` as an init system runs it, which knows npm alone. */
async function startWithNpm() {
  const npm = spawn('npm', ['start'], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: temporaryFolder(),
      npm_config_update_notifier: 'false',
      PORT: '0',
      DATA_DIR: temporaryFolder(),
      AUTH_ISSUER: 'http://127.0.0.1:1',
      AUTH_AUDIENCE: 'analyzer',
      SHUTDOWN_GRACE_SECONDS: '2',
    },
  });
  const group = -(npm.pid ?? 0);
  later(() => {
    try {
      process.kill(group, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
  });
  const ended = once(npm, 'exit');
  const closed = once(npm, 'close');
  let output = '';
  const url = await new Promise<string>((found, fail) => {
    npm.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const address = /"address":"([^"]+)"/.exec(output)?.[1];
      if (address) found(address);
    });
    void ended.then(() => fail(new Error(`ended before it listened: ${output}`)));
  });
  return { npm, group, ended, closed, url, output: () => output };
}

it.each(['SIGTERM', 'SIGINT'] as const)(
  'shuts down in order when npm gets %s, and leaves nothing behind',
  async (signal) => {
    const { npm, group, ended, closed, url, output } = await startWithNpm();
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    npm.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(() => process.kill(group, 0)).toThrow('ESRCH');
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    await closed;
    expect(output()).toContain('"msg":"stopped"');
  },
);
