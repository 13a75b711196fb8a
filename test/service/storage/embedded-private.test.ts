import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { endChildren, startChild } from '../../support/child-process';
import { embeddedFolders } from '../../support/embedded-folder';

const folders = embeddedFolders();
const umaskBefore = process.umask(0o022);

afterEach(async () => {
  process.umask(umaskBefore);
  await endChildren();
  await folders.clear();
});

const FILES = ['data.mdb', 'lock.mdb'];
const modesIn = (folder: string) =>
  FILES.map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8));

/** A folder as the versions before this one left it. */
async function olderFolder(mode: number): Promise<string> {
  const folder = folders.folder();
  const root = open({ path: folder, noSubdir: false, encoding: 'string' });
  await root.openDB<string>({ name: 'about', encoding: 'string' }).put('format', '1');
  await root.close();
  for (const name of FILES) chmodSync(join(folder, name), mode);
  return folder;
}

describe('The files of the embedded store', () => {
  it.each(['000', '022', '002', '077', '777'])(
    'are for their owner only in an existing folder of mode 755, under umask %s',
    async (umask) => {
      const folder = folders.folder();
      chmodSync(folder, 0o755);
      process.umask(Number.parseInt(umask, 8));
      const { modules } = await folders.open(folder);
      await expect(modules.save('owner', 'm', '{}', { limit: 1 })).resolves.toHaveProperty('module');
      expect(modesIn(folder)).toEqual(['600', '600']);
      expect(statSync(folder).mode & 0o777).toBe(0o755);
    },
  );

  it.each(['644', '666', '640', '604', '660'])('are closed to others when they had mode %s', async (mode) => {
    const folder = await olderFolder(Number.parseInt(mode, 8));
    await expect((await folders.open(folder)).check()).resolves.toBeUndefined();
    expect(modesIn(folder)).toEqual(['600', '600']);
  });

  const byRoot = process.getuid?.() === 0 ? it : it.skip;
  byRoot('that are open to others and belong to somebody else end the start with what to do', async () => {
    const folder = await olderFolder(0o666);
    chmodSync(folder, 0o777);
    const child = startChild('open-as-nobody.ts', [folder]);
    await expect(child.ended).resolves.toBe(0);
    const file = join(folder, 'data.mdb');
    expect(child.lines).toEqual([
      `RefusedFolderError: ${file} is open to other users (mode 666) and belongs to user 0, so this process can't ` +
        'close it: make it the property of the user that runs the service, or give it mode 600.',
    ]);
    expect(modesIn(folder)).toEqual(['666', '666']);
  });
});
