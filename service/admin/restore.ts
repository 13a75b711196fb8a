import { readBackup } from '../storage/backup/read-backup';
import { restore as restoreAll } from '../storage/backup/restore';
import { restoreInto } from '../storage/backup/restore-into';
import { UsageError } from './arguments';
import type { StoreCommand } from './command';
import { rows } from './shown';

export const restore: StoreCommand = {
  name: 'restore',
  usage: 'restore --from FILE [--check] [--continue]',
  about:
    'Reads a backup as a whole, restores it into the store of the environment, which must be empty and without a running\n' +
    'service, and compares. --check only reads it. --continue completes what was cut off on MongoDB.',
  options: { from: 'value', check: 'flag', continue: 'flag' },
  async runOnStore({ config, given, note }) {
    const file = given.text('from');
    if (file === undefined) throw new UsageError('Name the file that is to be read: --from.');
    const backup = await readBackup(file, config.clockToleranceSeconds);
    const json = { takenAt: backup.takenAt, ...backup.counts };
    if (given.has('check')) return { ok: true, json, lines: ['The backup is whole:', ...rows(json)] };
    await restoreInto({ ...config, goOn: given.has('continue') }, (archive) =>
      restoreAll(backup, archive, (count) => {
        note(`${String(count)} ...`);
      }),
    );
    return { ok: true, json, lines: ['Restored, and compared with the backup:', ...rows(json)] };
  },
};
