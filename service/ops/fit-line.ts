const LENGTHS = [1000, 250, 60];

/** Limits a line of JSON to this many bytes, by cutting its long strings. */
export function fitLine(line: string, bytes: number): string {
  if (fits(line, bytes)) return line;
  const { level, time, ...rest } = JSON.parse(line) as Record<string, unknown>;
  for (const length of LENGTHS) {
    const shorter = `${JSON.stringify({ level, time, ...rest }, (_, value: unknown) => cut(value, length))}\n`;
    if (fits(shorter, bytes)) return shorter;
  }
  return `${JSON.stringify({ level, time, msg: cut(rest['msg'], 250) })}\n`;
}

function fits(line: string, bytes: number): boolean {
  // A UTF-16 code unit has at most three bytes in UTF-8.
  return line.length * 3 <= bytes || Buffer.byteLength(line) <= bytes;
}

function cut(value: unknown, length: number): unknown {
  return typeof value === 'string' && value.length > length
    ? `${value.slice(0, length).toWellFormed()}…`
    : value;
}
