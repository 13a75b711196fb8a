/** Freezes parsed JSON at every level, without recursion: a payload may be nested as deep as a token is long. */
export function deepFreeze<T extends object>(root: T): T {
  const pending: object[] = [root];
  for (let value = pending.pop(); value; value = pending.pop()) {
    Object.freeze(value);
    for (const member of Object.values(value) as unknown[]) {
      if (typeof member === 'object' && member !== null) pending.push(member);
    }
  }
  return root;
}
