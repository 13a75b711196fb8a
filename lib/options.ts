/** Seconds by which two clocks may differ where no option says otherwise. */
export const DEFAULT_CLOCK_TOLERANCE = 5;

/** Refuses option names that nobody reads: a misspelt check must not silently be no check. */
export function refuseUnknown(owner: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new TypeError(
    `${owner}: unknown option ${unknown.map((name) => `"${name}"`).join(', ')}; it takes ${known.join(', ')}`,
  );
}
