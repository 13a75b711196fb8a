/** The class of an error, if that is a name; its message is the host's or a library's, and may hold a token. */
export function nameOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  return /^[A-Za-z]\w{0,60}$/.test(thrown.name) ? thrown.name : 'Error';
}
