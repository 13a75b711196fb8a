import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is left of the demo once it has ended, in whatever way. */
export async function checkEnding({ report: { section, check }, root }) {
  section('The end');
  await check('when nobody reads what the demo prints, it ends and leaves nothing behind', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'sallyport-ending-'));
    try {
      const demo = spawn(process.execPath, ['scripts/demo/start.mjs', '--once'], {
        cwd: root,
        env: { ...process.env, TMPDIR: temporary },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const service = await addressIn(demo.stdout);
      assert.equal(readdirSync(temporary).length, 1);
      demo.stdout.destroy();
      const [code] = await once(demo, 'exit');
      assert.notEqual(code, 0);
      assert.ok(await isGone(service), `${service} answers still`);
      assert.deepEqual(readdirSync(temporary), []);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
}

/** A process that was killed takes a moment to be gone. */
async function isGone(service) {
  for (let tries = 0; tries < 50; tries += 1) {
    const answered = await fetch(service).then(
      () => true,
      () => false,
    );
    if (!answered) return true;
    await sleep(100);
  }
  return false;
}

async function addressIn(stdout) {
  let output = '';
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    output += chunk;
    const [, address] = /the service believes it, at (\S+)\.\n/.exec(output) ?? [];
    if (address) return address;
  }
  throw new Error(`The demo ended: ${output}`);
}
