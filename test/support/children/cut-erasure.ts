import { openEmbeddedStorage } from '../../../service/storage/embedded/storage';

/** `cut-erasure.ts <folder> <modules>`: erases a user with so many modules, and dies while it is at it. */
async function eraseAndDie(folder: string, count: number): Promise<void> {
  const { users, modules } = await openEmbeddedStorage({ folder, sync: false });
  const identity = { issuer: 'https://issuer.example', subject: 'alice' };
  const { id } = await users.getOrCreate(identity);
  const save = (n: number) => modules.save(id, `m${String(n)}`, '{}', { limit: count });
  await Promise.all(Array.from({ length: count }, (_, n) => save(n)));
  console.log(id);
  await users.bury(identity, 5000);
  void modules.deleteAll(id);
  process.kill(process.pid, 'SIGKILL');
}

void eraseAndDie(process.argv[2] ?? '', Number(process.argv[3]));
