import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm, root } from './project';

/** Builds and packs once; the suites install what comes out of it. */
export default async function pack(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-consumers-'));
  process.env['CONSUMERS'] = folder;
  await npm(root, 'pack', '--pack-destination', folder);
}
