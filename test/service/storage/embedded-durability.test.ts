import { type Child, endChildren, startChild } from '../../support/child-process';
import { embeddedFolders } from '../../support/embedded-folder';
import type { ModuleStore } from '../../../service/modules/module-store';

jest.setTimeout(60_000);

const folders = embeddedFolders();

afterEach(async () => {
  await endChildren();
  await folders.clear();
});

/** What one line of save-storm.ts says. */
function acknowledged(line: string) {
  const [moduleId = '', version = '', mark = ''] = line.split(' ');
  return { moduleId, version: Number(version), mark };
}

/** Every acknowledged save is there, or a later one of the same module. */
async function expectNothingLost(modules: ModuleStore, owner: string, { lines }: Child): Promise<void> {
  for (const { moduleId, version, mark } of lines.map(acknowledged)) {
    const kept = await modules.get(owner, moduleId);
    expect(kept?.version).toBeGreaterThanOrEqual(version);
    if (kept?.version !== version) continue;
    const { n, by, padding } = JSON.parse(kept.data);
    expect(`${String(n)}:${String(by)}`).toBe(mark);
    expect(padding).toBe('x'.repeat((n * 997) % 20_000));
  }
}

it('loses no acknowledged save to kill -9 during a storm of saves, and opens again each time', async () => {
  const folder = folders.folder();
  for (const saves of [40, 250]) {
    const child = startChild('save-storm.ts', [folder, 'owner', '8']);
    await child.reached(saves);
    child.kill('SIGKILL');
    await expect(child.ended).resolves.toBeNull();
    const storage = await folders.open(folder);
    await expectNothingLost(storage.modules, 'owner', child);
    await expect(storage.modules.save('owner', 'after', '{}', { limit: 1000 })).resolves.toHaveProperty(
      'module',
    );
    await storage.close();
  }
});

it('serves several processes from one folder: each sees what the others saved', async () => {
  const folder = folders.folder();
  const storage = await folders.open(folder);
  const first = startChild('save-storm.ts', [folder, 'first', '4']);
  const second = startChild('save-storm.ts', [folder, 'second', '4']);
  await Promise.all([first.reached(100), second.reached(100)]);
  await expectNothingLost(storage.modules, 'first', first);
  await expectNothingLost(storage.modules, 'second', second);
  await expect(storage.modules.save('third', 'm', '{}', { limit: 1 })).resolves.toHaveProperty('module');
});

it('goes on in one process while others are killed in the middle of saves to the same modules', async () => {
  const folder = folders.folder();
  const survivor = startChild('save-storm.ts', [folder, 'owner', '4']);
  await survivor.reached(20);
  for (let n = 0; n < 2; n += 1) {
    const victim = startChild('save-storm.ts', [folder, 'owner', '4']);
    await victim.reached(20);
    victim.kill('SIGKILL');
    await victim.ended;
    await survivor.reached(survivor.lines.length + 50);
    await expectNothingLost((await folders.open(folder)).modules, 'owner', victim);
  }
  survivor.kill('SIGKILL');
  await survivor.ended;
  const storage = await folders.open(folder);
  await expectNothingLost(storage.modules, 'owner', survivor);
});

it('makes exactly one user of each subject however many processes see it first', async () => {
  const folder = folders.folder();
  await folders.open(folder);
  const processes = [1, 2, 3].map(() => startChild('first-requests.ts', [folder, '30']));
  await Promise.all(processes.map(({ ended }) => expect(ended).resolves.toBe(0)));
  const met = new Set(processes.flatMap(({ lines }) => lines));
  expect(met.size).toBe(30);
});

it('finishes by repeating an erasure that was cut half-way', async () => {
  const folder = folders.folder();
  const child = startChild('cut-erasure.ts', [folder, '300']);
  await expect(child.ended).resolves.toBeNull();
  const [userId = ''] = child.lines;

  const { users, modules } = await folders.open(folder);
  const identity = { issuer: 'https://issuer.example', subject: 'alice' };
  expect(await users.find(identity)).toBeUndefined();
  const tombstones = await users.buried(0);
  expect(tombstones).toEqual([{ ...identity, userId, erasedAt: 5000 }]);
  expect(await users.bury(identity, 6000)).toEqual(tombstones);
  await modules.deleteAll(userId);
  expect((await modules.list(userId, { limit: 1, maxBytes: 1 })).items).toEqual([]);
  expect((await users.getOrCreate(identity)).id).not.toBe(userId);
});
