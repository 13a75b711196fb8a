import type { Shelf } from 'sallyport/mongo';
import { canonical } from '../../service/storage/canonical';
import { checksum } from './checksum';

export interface Verdict {
  readonly entries: number;
  /** Of what was to be copied, and of what the other store has in its place. */
  readonly checksums: readonly [string, string];
  /** The other store has something else under their keys, or nothing. */
  readonly differing: number;
}

/** Copies what is missing, and then reads both stores anew and compares. */
export async function copy<T>(
  from: Shelf<T>,
  to: Shelf<T>,
  onProgress: (copied: number) => void,
): Promise<Verdict> {
  let copied = 0;
  for await (const entries of from.read()) {
    await to.add(entries);
    copied += entries.length;
    onProgress(copied);
  }
  return verify(from, to);
}

async function verify<T>(from: Shelf<T>, to: Shelf<T>): Promise<Verdict> {
  const expected = checksum();
  const found = checksum();
  let differing = 0;
  for await (const entries of from.read()) {
    const kept = await to.find(entries);
    for (const [n, entry] of entries.entries()) {
      expected.add(entry);
      if (kept[n] !== undefined) found.add(kept[n]);
      if (kept[n] === undefined || canonical(kept[n]) !== canonical(entry)) differing += 1;
    }
  }
  return { entries: expected.count, checksums: [expected.hex, found.hex], differing };
}
