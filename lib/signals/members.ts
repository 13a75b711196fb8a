export type Members = Readonly<Record<string, unknown>>;

export function asMembers(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : undefined;
}

/** The object that an object has under a name of its own; undefined for anything else. */
export function memberOf(value: unknown, name: string): Members | undefined {
  const members = asMembers(value);
  return members && Object.hasOwn(members, name) ? asMembers(members[name]) : undefined;
}
