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
