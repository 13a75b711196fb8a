/** The same text for equal entries: sorted members, no undefined members, no lone surrogates. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
  }
  // BSON and UTF-8 replace every lone surrogate with U+FFFD.
  return JSON.stringify(typeof value === 'string' ? Buffer.from(value).toString() : value);
}
