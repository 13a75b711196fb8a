const COLUMN = 35;

/** Progress, on standard error, so that standard output is the table or the JSON alone. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Prints one row a contender: its ratio to `row.base` in the same round, as median (lowest-highest), its requests per second,
 * and the processor time of each, which tells more where the machine is busy. A cell with an answer that was not 2xx in any round is invalid.
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
  const ratios = mine.map(({ perSecond, round }) => {
    const other = of(base).find((sample) => sample.round === round);
    return perSecond / other.perSecond;
  });
  return {
    // Tokens that ran out were sent again: no matter to the base, which knows no tokens.
    valid: mine.every(({ valid, ranOut }) => valid && !(ranOut && name !== base)),
    share: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    perSecond: Math.round(median(mine.map(({ perSecond }) => perSecond))),
    cpuMicroseconds: known(median(mine.map(({ cpu }) => cpu ?? NaN))),
  };
}

/** Not so where the system does not tell. */
function known(microseconds) {
  return Number.isNaN(microseconds) ? undefined : Math.round(microseconds);
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
    `${title}: median (lowest-highest round), requests a second, processor time of each`,
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

function format({ valid, share, lowest, highest, perSecond, cpuMicroseconds }) {
  if (!valid) return 'INVALID: not all 2xx';
  const each = cpuMicroseconds === undefined ? '' : ` ${cpuMicroseconds} us`;
  return `${share.toFixed(2)} (${lowest.toFixed(2)}-${highest.toFixed(2)}) ${perSecond}/s${each}`;
}
