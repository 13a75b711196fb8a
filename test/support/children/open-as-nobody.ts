import { openEmbeddedStorage } from '../../../service/storage/embedded/storage';

/** `open-as-nobody.ts <folder>`, run by root: opens the folder as another user and says what comes of it. */
async function openAsNobody(folder: string): Promise<void> {
  const NOBODY = 65_534;
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
  try {
    const storage = await openEmbeddedStorage({ folder, sync: false });
    process.stdout.write('opened\n');
    await storage.close();
  } catch (error) {
    process.stdout.write(`${String(error)}\n`);
  }
}

void openAsNobody(process.argv[2] ?? '');
