import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStorage } from '../../service/storage/embedded/storage';
import type { Storage } from '../../service/storage/storage';

export interface EmbeddedFolders {
  /** A folder that is there and empty. */
  folder(): string;
  /** Storage in a folder of its own, or in the one named. */
  open(folder?: string): Promise<Storage>;
  /** Closes and removes all of them. */
  clear(): Promise<void>;
}

export function embeddedFolders(): EmbeddedFolders {
  const folders: string[] = [];
  const storages: Storage[] = [];
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'sallyport-store-'));
    folders.push(made);
    return made;
  };
  return {
    folder,
    open: async (at = folder()) => {
      const storage = await openEmbeddedStorage({ folder: at, sync: false });
      storages.push(storage);
      return storage;
    },
    clear: async () => {
      await Promise.all(storages.splice(0).map((storage) => storage.close()));
      for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
    },
  };
}
