export type Members = Readonly<Record<string, unknown>>;

export function asMembers(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : undefined;
}

/** The value of an own property, where it is an object; undefined for anything else. */
export function memberOf(value: unknown, name: string): Members | undefined {
  const members = asMembers(value);
  return members && Object.hasOwn(members, name) ? asMembers(members[name]) : undefined;
}
