import { createHash } from 'node:crypto';
import { canonical } from '../../service/storage/canonical';

/** A sum over entries that doesn't depend on their order. */
export function checksum(): { add(value: unknown): void; readonly count: number; readonly hex: string } {
  const sum = Buffer.alloc(32);
  let count = 0;
  return {
    add(value) {
      const digest = createHash('sha256').update(canonical(value)).digest();
      let carry = 0;
      for (let n = sum.length - 1; n >= 0; n -= 1) {
        const total = (sum[n] ?? 0) + (digest[n] ?? 0) + carry;
        sum[n] = total & 0xff;
        carry = total >> 8;
      }
      count += 1;
    },
    get count() {
      return count;
    },
    get hex() {
      return sum.toString('hex');
    },
  };
}
