/** The code of what `fetch` says it failed for, such as ECONNREFUSED; a message may say more than a log should hold. */
export function codeOf(error: unknown): string | undefined {
  const code = member(member(error, 'cause'), 'code');
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
