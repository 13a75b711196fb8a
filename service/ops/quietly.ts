const QUIET_MS = 10_000;
/** Lines that are remembered at most; whoever has more different ones has no flood of equal ones. */
const MAX_LINES = 100;

/** Undefined while a line like this was written a moment ago; otherwise how many have gone unsaid since. */
export function quietly(now: () => number = Date.now): (line: string) => number | undefined {
  const lines = new Map<string, { until: number; unsaid: number }>();
  return (line) => {
    const last = lines.get(line);
    if (last && now() < last.until && last.until <= now() + QUIET_MS) {
      last.unsaid += 1;
      return undefined;
    }
    if (lines.size >= MAX_LINES) lines.clear();
    lines.set(line, { until: now() + QUIET_MS, unsaid: 0 });
    return last?.unsaid ?? 0;
  };
}
