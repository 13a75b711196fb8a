import { writeSync } from 'node:fs';
import { openEmbeddedStorage } from '../../../service/storage/embedded/storage';
import type { Storage } from '../../../service/storage/storage';

/**
 * `save-storm.ts <folder> <owner> <modules>`: saves as fast as it can until it is killed, and says of each save that
 * was acknowledged `moduleId version data`, only then.
 */
const [folder = '', owner = '', count = '0'] = process.argv.slice(2);
async function keepSaving({ modules }: Storage, moduleId: string): Promise<never> {
  for (let n = 0; ; n += 1) {
    const data = JSON.stringify({ n, by: process.pid, padding: 'x'.repeat((n * 997) % 20_000) });
    const result = await modules.save(owner, moduleId, data, { limit: 1000 });
    if (!('module' in result)) throw new Error(result.outcome);
    writeSync(1, `${moduleId} ${String(result.module.version)} ${String(n)}:${String(process.pid)}\n`);
  }
}

async function start(): Promise<void> {
  const storage = await openEmbeddedStorage({ folder, sync: false });
  for (let n = 0; n < Number(count); n += 1) void keepSaving(storage, `m${String(n)}`);
}

void start();
