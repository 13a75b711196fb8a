import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A line of the service's log: an event of the library (`event`), a request's line (`msg` request), or another. */
export interface LogLine {
  readonly time: string;
  readonly msg: string;
  readonly event?: string;
  readonly requestId?: string;
  readonly [field: string]: unknown;
}

export interface ServiceLog {
  /** Where the log stands, for `linesOf`. */
  readonly mark: () => number;
  /** What was logged since `mark` for this request, up to the line that ends it. Rejects where that does not come. */
  readonly linesOf: (requestId: string, mark: number) => Promise<readonly LogLine[]>;
  /** The last event of one of these types. */
  readonly latest: (...types: readonly string[]) => LogLine | undefined;
}

const KEPT = 2000;
const PATIENCE_MS = 10_000;

/** Reads what the service writes to standard output. Events that name no request count as those of the one on its way. */
export function serviceLog(stdout: Readable): ServiceLog {
  const lines: LogLine[] = [];
  const latest = new Map<string, LogLine>();
  const waiting = new Set<(line: LogLine) => void>();
  let dropped = 0;

  createInterface({ input: stdout }).on('line', (text) => {
    const line = parsed(text);
    if (!line) return;
    lines.push(line);
    if (lines.length > KEPT) dropped += lines.splice(0, lines.length - KEPT).length;
    if (line.event !== undefined) latest.set(line.event, line);
    for (const tell of waiting) tell(line);
  });

  const ended = (requestId: string, mark: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const ends = (line: LogLine): boolean => line.msg === 'request' && line.requestId === requestId;
      if (lines.slice(Math.max(0, mark - dropped)).some(ends)) {
        resolve();
        return;
      }
      const giveUp = setTimeout(() => {
        waiting.delete(look);
        reject(new Error('The service has not logged this request.'));
      }, PATIENCE_MS);
      const look = (line: LogLine): void => {
        if (!ends(line)) return;
        clearTimeout(giveUp);
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
    });

  return {
    mark: () => dropped + lines.length,
    async linesOf(requestId, mark) {
      await ended(requestId, mark);
      const since = lines.slice(Math.max(0, mark - dropped));
      const end = since.findIndex((line) => line.msg === 'request' && line.requestId === requestId);
      return since
        .slice(0, end + 1)
        .filter((line) => line.requestId === undefined || line.requestId === requestId);
    },
    latest(...types) {
      const found = types.flatMap((type) => latest.get(type) ?? []);
      return found.sort((a, b) => a.time.localeCompare(b.time)).at(-1);
    },
  };
}

function parsed(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    // What Node itself prints, such as a warning, is no line of the log.
    return undefined;
  }
}
