export type Color = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

const CODES: Readonly<Record<Color, string>> = { green: '32', red: '31', yellow: '33', dim: '2', bold: '1' };

export type Paint = (color: Color, text: string) => string;

export function painter(colors: boolean): Paint {
  return (color, text) => (colors ? `\u001b[${CODES[color]}m${text}\u001b[0m` : text);
}
