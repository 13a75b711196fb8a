import { styleText } from 'node:util';

const coloured = process.stdout.isTTY && !process.env['NO_COLOR'];

type Style = Parameters<typeof styleText>[0];

/** Colour for people at a terminal, none in files and pipes. */
export function paint(style: Style, text: string): string {
  return coloured ? styleText(style, text) : text;
}

export function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Enough of a token to tell two apart, not enough to use one. */
export function shorten(token: string): string {
  return `${token.slice(0, 10)}...${token.slice(-6)}`;
}
