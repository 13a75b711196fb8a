import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { builtService } from '../support/built-service';
import { cleanUp, temporaryFolder } from '../support/clean-up';
import { type ServiceProcess, startProcess } from '../support/service-process';

jest.setTimeout(120_000);
afterAll(cleanUp);

/** A pid namespace of its own, as a container has: what runs in it is pid 1. */
const IN_CONTAINER = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
const [command, ...args] = [...IN_CONTAINER, 'true'];
const canUnshare = spawnSync(command, args).status === 0;

// Making a pid namespace takes root, and Linux.
(canUnshare ? describe : describe.skip)(
  'Containers with one DATA_DIR, in each of which the service is pid 1',
  () => {
    it('are refused with the reason while one runs, and take over at once when it was killed', async () => {
      const main = builtService();
      const dataDir = join(temporaryFolder(), 'data');
      const env = { DATA_DIR: dataDir, AUTH_ISSUER: 'http://127.0.0.1:9', AUTH_AUDIENCE: 'a' };
      const start = (): ServiceProcess => startProcess(main, temporaryFolder(), env, IN_CONTAINER);

      const first = start();
      await first.listening;

      const second = start();
      expect(await second.ended).toEqual({ code: 1, signal: null });
      const lines = second.stdout().trim().split('\n');
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0]!)).toMatchObject({
        level: 'fatal',
        msg: 'cannot start',
        err: {
          message: expect.stringMatching(
            /^DATA_DIR .* is in use by a process of another container .*MONGODB_URI/,
          ),
        },
      });

      first.kill('SIGKILL');
      await first.ended;
      await expect(start().listening).resolves.toMatch(/^http:/);
    });
  },
);
