/**
 * Microseconds that each contender takes for one piece of work: the median of the rounds, in which all take their turns; the
 * first round warms up and is not counted.
 */
export async function microseconds(contenders, { rounds, times }) {
  const samples = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, run } of contenders) {
      const started = process.hrtime.bigint();
      await run(times);
      const each = Number(process.hrtime.bigint() - started) / 1000 / times;
      if (round > 0) samples.get(name).push(each);
    }
  }
  return new Map([...samples].map(([name, values]) => [name, spreadOf(values)]));
}

function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], lowest: sorted[0], highest: sorted.at(-1) };
}

export function line(name, { median, lowest, highest }, width, note = '') {
  const spread = `(${lowest.toFixed(2)}-${highest.toFixed(2)})`;
  return `  ${name.padEnd(width)} ${median.toFixed(2).padStart(8)} us  ${spread.padEnd(18)} ${note}`.trimEnd();
}
