const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/** A text of somebody else's, as one that cannot steer a terminal. */
export function shown(text: string): string {
  return text.replace(CONTROLS, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Names and values below each other; what is unknown is a dash. */
export function rows(values: Readonly<Record<string, string | number | null | undefined>>): string[] {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  return Object.entries(values).map(
    ([name, value]) => `${name.padEnd(width)}  ${shown(String(value ?? '-'))}`,
  );
}

/** ISO 8601 of milliseconds since the epoch. */
export function time(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
