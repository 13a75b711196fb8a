const COLUMN = 44;

/** Progress, on standard error, so that standard output is the table or the JSON alone. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Prints one row a contender: its ratio to `row.base` in the same round, as median (lowest-highest), the same ratio of their
 * processor time for one request, which tells more where the machine is busy, requests per second, and that time. A cell
 * is invalid if in any round an answer was not 2xx, or tokens that should be new were sent again.
 */
export function print(title, { samples, rows, columns, json }) {
  const filled = rows.map((row) => ({
    ...row,
    cells: Object.fromEntries(columns.map((column) => [column.name, cell(samples, row, column.name)])),
  }));
  const text = json ? JSON.stringify(filled, null, 2) : table(title, filled, columns);
  process.stdout.write(`${text}\n`);
}

function cell(samples, { name, base }, traffic) {
  const of = (wanted) => samples.filter((sample) => sample.name === wanted && sample.traffic === traffic);
  const mine = of(name);
  const pairs = mine.map((sample) => ({
    sample,
    other: of(base).find(({ round }) => round === sample.round),
  }));
  // Tokens that ran out were sent again: no matter to the base, which knows no tokens.
  const ranOut = name !== base && mine.some((sample) => sample.ranOut);
  const ratios = pairs.map(({ sample, other }) => sample.perSecond / other.perSecond);
  return {
    valid: mine.every(({ valid }) => valid) && !ranOut,
    ranOut,
    share: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    cpuShare: known(median(pairs.map(({ sample, other }) => (other.cpu ?? NaN) / (sample.cpu ?? NaN)))),
    perSecond: Math.round(median(mine.map(({ perSecond }) => perSecond))),
    cpuMicroseconds: known(Math.round(median(mine.map(({ cpu }) => cpu ?? NaN)))),
  };
}

/** Not so where the system does not tell. */
function known(value) {
  return Number.isNaN(value) ? undefined : value;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function table(title, rows, columns) {
  const width = Math.max(...rows.map((row) => row.title.length));
  const line = (first, rest) =>
    [first.padEnd(width), ...rest.map((text) => text.padEnd(COLUMN))].join('  ').trimEnd();
  return [
    `${title}: median (lowest-highest round), share by processor time, requests a second, processor time of each`,
    line(
      '',
      columns.map((column) => column.title),
    ),
    ...rows.map((row) =>
      line(
        row.title,
        columns.map((column) => format(row.cells[column.name])),
      ),
    ),
  ].join('\n');
}

function format({ valid, ranOut, share, lowest, highest, cpuShare, perSecond, cpuMicroseconds }) {
  if (ranOut) return 'INVALID: too few tokens for this speed';
  if (!valid) return 'INVALID: not all 2xx';
  const shares = `${share.toFixed(2)} (${lowest.toFixed(2)}-${highest.toFixed(2)})`;
  if (cpuShare === undefined) return `${shares} ${perSecond}/s`;
  return `${shares} cpu ${cpuShare.toFixed(2)} ${perSecond}/s ${cpuMicroseconds} us`;
}
