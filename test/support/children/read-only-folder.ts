import { setTimeout } from 'node:timers/promises';
import { openEmbeddedStorage } from '../../../service/storage/embedded/storage';
import { sayOutcome } from './say-outcome';

/** `read-only-folder.ts <folder>`: saves again and again, as a user for whom the folder's permissions hold. */
async function keepTrying(folder: string): Promise<void> {
  const NOBODY = 65_534;
  if (process.getuid?.() === 0) process.setuid?.(NOBODY);
  const storage = await openEmbeddedStorage({ folder, sync: false });
  for (;;) {
    await sayOutcome('check', async () => (await storage.check(), 'well'));
    await sayOutcome(
      'save',
      async () => (await storage.modules.save('owner', 'm', '{}', { limit: 1 })).outcome,
    );
    await setTimeout(100);
  }
}

void keepTrying(process.argv[2] ?? '');
