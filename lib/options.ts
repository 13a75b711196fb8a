/** Default of `clockTolerance`: seconds by which two clocks may differ. */
export const DEFAULT_CLOCK_TOLERANCE = 5;

/** Default of `seconds`: how long a cache keeps a result. */
export const DEFAULT_CACHE_SECONDS = 60;

/** Default of the maximum lifetime of a token, and of the time that revocations are kept, in seconds: 30 days. */
export const DEFAULT_TOKEN_LIFETIME = 30 * 24 * 60 * 60;

/** Refuses unknown options: with a misspelt name a check would silently not be made. */
export function refuseUnknown(owner: string, options: object, known: readonly string[]): void {
  if (!isObject(options))
    throw new TypeError(`${owner}: give an object of options; it takes ${known.join(', ')}`);
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new TypeError(
    `${owner}: unknown option ${unknown.map((name) => `"${name}"`).join(', ')}; it takes ${known.join(', ')}`,
  );
}

export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Not a type guard: the declared type of an option stays the same, only its value is checked. */
export function isList(value: unknown): boolean {
  return Array.isArray(value);
}

/** Whether a value has these methods, of whatever class it is. */
export function hasMethods(value: unknown, names: readonly string[]): boolean {
  const methods = value as Readonly<Record<string, unknown>> | null | undefined;
  return names.every((name) => typeof methods?.[name] === 'function');
}
