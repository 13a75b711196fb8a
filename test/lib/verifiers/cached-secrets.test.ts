import { endChildren, startChild } from '../../support/child-process';

afterEach(endChildren);

it('remembers answers without their tokens: a snapshot of the heap shows none', async () => {
  // Compiles what the second one runs, so that the compiler is no part of the heap that is searched.
  await expect(startChild('heap-of-cache.ts', []).ended).resolves.toBe(0);
  const child = startChild('heap-of-cache.ts', ['5']);
  await expect(child.ended).resolves.toBe(0);
  expect(child.lines).toEqual(['5 answers remembered, 0 tokens found']);
}, 60_000);
