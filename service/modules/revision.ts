import { randomFillSync } from 'node:crypto';

const BYTES = 16;
const pool = Buffer.alloc(256 * BYTES);
let used = pool.length;

/**
 * A unique revision of 128 random bits, so that an ETag identifies one state of one module. Random bytes are generated
 * for 256 revisions at once, since each call to the generator is expensive.
 */
export function newRevision(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.toString('base64url', used - BYTES, used);
}
