import { claimFolder } from '../../../service/storage/embedded/folder-claim';

/** `claim-folder.ts <folder> <pid namespace>`: claims it, says so, and stays. */
async function claimAndStay(folder: string, namespace: string): Promise<void> {
  await claimFolder(folder, namespace);
  process.stdout.write('claimed\n');
  setInterval(() => undefined, 1000);
}

const [folder = '', namespace = ''] = process.argv.slice(2);
void claimAndStay(folder, namespace);
