const QUIET_MS = 10_000;
/** Maximum number of remembered lines; more than this many different lines are no flood of equal ones. */
const MAX_LINES = 100;

/**
 * Undefined if an equal line was written in the last 10 s; otherwise the number of lines suppressed since the last one.
 */
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
