/** Seconds by which two clocks may differ where no option says otherwise. */
export const DEFAULT_CLOCK_TOLERANCE = 5;

/** Seconds for which a cache repeats an answer. */
export const DEFAULT_CACHE_SECONDS = 60;

/** Seconds that a token may live, and so a revocation is kept, where no option says otherwise: 30 days. */
export const DEFAULT_TOKEN_LIFETIME = 30 * 24 * 60 * 60;

/** Refuses option names that nobody reads: a misspelt check must not silently be no check. */
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

/** Not a type guard: an option's declared type stays what it is, and only its value is doubted. */
export function isList(value: unknown): boolean {
  return Array.isArray(value);
}

/** Whether a value can be asked what a port is asked, whichever class it is of. */
export function hasMethods(value: unknown, names: readonly string[]): boolean {
  const methods = value as Readonly<Record<string, unknown>> | null | undefined;
  return names.every((name) => typeof methods?.[name] === 'function');
}
