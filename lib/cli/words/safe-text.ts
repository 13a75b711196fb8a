/** Control and invisible characters that JSON.stringify does not escape. */
const UNSHOWN = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/gu;
const TOO_DEEP = '(nested too deep to be shown)';

/** JSON on one line for a value from a token or an issuer, with characters that control a terminal escaped. */
export function safeJson(value: unknown): string {
  return JSON.stringify(shallow(value)).replace(UNSHOWN, escaped);
}

/** The same, indented, as a document. */
export function jsonDocument(value: object): string {
  return `${JSON.stringify(value, undefined, 2).replace(UNSHOWN, escaped)}\n`;
}

/** The same for text without quotes. */
export function safeText(text: string): string {
  return text.toWellFormed().replace(CONTROLS, escaped);
}

/** Cuts text to this many characters, and says how many are left out. */
export function cut(text: string, max: number): string {
  return text.length <= max
    ? text
    : `${text.slice(0, max)}... (${String(text.length - max)} more characters)`;
}

/** JSON.stringify is recursive, and a token may be nested as deeply as its length allows. */
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
