import { setTimeout } from 'node:timers/promises';
import { openEmbeddedStorage } from '../../../service/storage/embedded/storage';
import { sayOutcome } from './say-outcome';

/** `full-disk.ts <folder>`, under a limit on the size of files: saves until one fails, then makes room and saves again. */
async function fillUp(folder: string): Promise<void> {
  const { modules, users, check, close } = await openEmbeddedStorage({ folder, sync: false });
  const identity = { issuer: 'https://issuer.example', subject: 'alice' };
  const user = await users.getOrCreate(identity);
  const data = JSON.stringify({ padding: 'x'.repeat(50_000) });
  const save = async (moduleId: string, text: string) =>
    (await modules.save('owner', moduleId, text, { limit: 1000 })).outcome;

  let saved = 0;
  const fill = async () => {
    for (; saved < 1000; saved += 1) await save(`m${String(saved)}`, data);
    return 'never full';
  };
  await sayOutcome('fill', fill);
  await sayOutcome('fill together', () => Promise.all([fill(), fill(), fill()]));
  // The breaker's second.
  await setTimeout(1100);
  await sayOutcome('list', async () => {
    const { items } = await modules.list('owner', { limit: 1000, maxBytes: Infinity });
    return items.length === saved && items.every((item) => item.data === data) ? 'all there' : 'lost';
  });
  await sayOutcome('find', async () => ((await users.find(identity))?.id === user.id ? 'same user' : 'lost'));
  await sayOutcome('make room', async () =>
    (await modules.deleteAll('owner')) === saved ? 'deleted all' : 'lost',
  );
  // LMDB gives pages out again two commits after they came free: small ones still fit.
  await sayOutcome('save a little', () => save('little', '{}'));
  await sayOutcome('save much', () => save('much', data));
  await sayOutcome('check', async () => (await check(), 'well'));
  await close();
}

void fillUp(process.argv[2] ?? '');
