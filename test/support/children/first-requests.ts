import { openEmbeddedStorage } from '../../../service/storage/embedded/storage';

/** `first-requests.ts <folder> <subjects>`: sees each subject first, many times over, and says whom it got. */
async function meetAll(folder: string, subjects: number): Promise<void> {
  const { users, close } = await openEmbeddedStorage({ folder, sync: false });
  const racing = Array.from({ length: subjects * 10 }, async (_, n) => {
    const subject = `subject-${String(n % subjects)}`;
    const { id } = await users.getOrCreate({ issuer: 'https://issuer.example', subject });
    return `${subject} ${id}`;
  });
  console.log([...new Set(await Promise.all(racing))].join('\n'));
  await close();
}

void meetAll(process.argv[2] ?? '', Number(process.argv[3]));
