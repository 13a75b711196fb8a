/** The code of the error that made `fetch` fail, such as ECONNREFUSED; its message may hold more than a log should. */
export function codeOf(error: unknown): string | undefined {
  const code = member(member(error, 'cause'), 'code');
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
