import { resolve } from 'node:path';
import { writeBackup } from '../storage/backup/write-backup';
import { openArchive } from '../storage/open-archive';
import { UsageError } from './arguments';
import type { StoreCommand } from './command';
import { rows } from './shown';

export const backup: StoreCommand = {
  name: 'backup',
  usage: 'backup --to FILE',
  about:
    'Writes users, modules, API keys (their hashes) and revocations into a new file. A service may be running.\n' +
    'Only its owner can read the file. It is not encrypted, and can be restored into either store.',
  options: { to: 'value' },
  async runOnStore({ config, given, note }) {
    const file = given.text('to');
    if (file === undefined) throw new UsageError('Name the file that is to be written: --to.');
    const archive = await openArchive(config);
    try {
      const counts = await writeBackup({
        ...{ archive, file },
        onProgress: (kind, count) => {
          note(`${kind}: ${String(count)} ...`);
        },
      });
      const json = { file: resolve(file), ...counts };
      return { ok: true, json, lines: ['Backed up:', ...rows(json)] };
    } finally {
      await archive.close();
    }
  },
};
