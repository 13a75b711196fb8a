/** Control and invisible characters that JSON.stringify does not escape. */
const UNSHOWN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;
const TOO_DEEP = '(nested too deep to be shown)';

/** Text of a token or an issuer, as JSON in one line, without characters that control a terminal. */
export function safeJson(value: unknown): string {
  return JSON.stringify(shallow(value)).replace(UNSHOWN, escaped);
}

/** The same as a document of its own. */
export function jsonDocument(value: object): string {
  return `${JSON.stringify(value, undefined, 2).replace(UNSHOWN, escaped)}\n`;
}

/** The same for text that is shown without quotes. */
export function safeText(text: string): string {
  return text.toWellFormed().replace(CONTROLS, escaped);
}

/** At most this many characters, and how many more there are. */
export function cut(text: string, max: number): string {
  return text.length <= max
    ? text
    : `${text.slice(0, max)}... (${String(text.length - max)} more characters)`;
}

/** JSON.stringify is recursive, and a token may be nested as deep as it is long. */
export function shallow(value: unknown): unknown {
  try {
    JSON.stringify(value, undefined, 2);
    return value;
  } catch (error) {
    if (error instanceof RangeError) return TOO_DEEP;
    throw error;
  }
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((code) => `\\u${code.toString(16).padStart(4, '0')}`)
    .join('');
}
