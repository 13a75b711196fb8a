const MAX_LENGTH = 200;

/** What others wrote, as an event or a log may repeat it: at most 200 characters, none of which steers a terminal. */
export function excerpt(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Twice as much is looked at, lest a text of megabytes be searched whole.
  return text
    .slice(0, 2 * MAX_LENGTH)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .slice(0, MAX_LENGTH)
    .toWellFormed();
}
