import { openEmbeddedArchive } from '../../../service/storage/embedded/archive';
import { embeddedFolders } from '../../support/embedded-folder';

const folders = embeddedFolders();
afterEach(() => folders.clear());

it('an archive of now tells what was there when it was opened, whatever is written meanwhile', async () => {
  const folder = folders.folder();
  const { modules, users } = await folders.open(folder);
  const identity = { issuer: 'https://issuer.example', subject: 'ada' };
  await users.getOrCreate(identity);
  for (let n = 0; n < 250; n += 1) await modules.save('owner', `m${String(n)}`, '{}', { limit: 1000 });
  const archive = await openEmbeddedArchive({ folder, sync: false, asOfNow: true });
  try {
    const seen: string[] = [];
    for await (const entries of archive.modules.read()) {
      if (seen.length === 0) {
        await modules.deleteAll('owner');
        await modules.save('owner', 'z', '{}', { limit: 1000 });
        await users.bury(identity, 1);
      }
      seen.push(...entries.map(({ moduleId }) => moduleId));
    }
    expect(seen).toHaveLength(250);
    expect(seen).not.toContain('z');
    for await (const [entry] of archive.users.read()) expect(entry?.record.tombstones).toEqual([]);
  } finally {
    await archive.close();
  }
});
