const LENGTHS = [1000, 250, 60];

/** A finished line of JSON that has no more than so many bytes: one that is longer has its long texts cut. */
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
  // UTF-8 has at most three bytes for what is one in UTF-16.
  return line.length * 3 <= bytes || Buffer.byteLength(line) <= bytes;
}

function cut(value: unknown, length: number): unknown {
  return typeof value === 'string' && value.length > length
    ? `${value.slice(0, length).toWellFormed()}…`
    : value;
}
