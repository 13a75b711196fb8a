import { createHash } from 'node:crypto';

/** One text for all spellings of an entry: members in order, none that is undefined, and no lone surrogates. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
  }
  // BSON has one spelling for all lone surrogates, and so has UTF-8.
  return JSON.stringify(typeof value === 'string' ? Buffer.from(value).toString() : value);
}

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
