const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, and `]` and `}`, differ in this bit only. */
const BRACE_BIT = 0x20;
const OPENING = 0x5b;
const CLOSING = 0x5d;

/**
 * Whether JSON text nests arrays and objects deeper than `levels`. Checked before parsing: JSON.parse needs hundreds of
 * milliseconds for half a million levels, this function a few for one MiB.
 */
export function isDeeperThan(levels: number, text: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const byte = text[index] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if ((byte & ~BRACE_BIT) === OPENING) {
      depth += 1;
      if (depth > levels) return true;
    } else if ((byte & ~BRACE_BIT) === CLOSING) depth -= 1;
  }
  return false;
}
