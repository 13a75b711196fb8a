import { prettyFactory } from 'pino-pretty';
import type { LogOutput } from './log-output';

/** Characters that control a terminal, except the line breaks and tabs of a stack trace. */
const CONTROLS = /[^\P{C}\n\t]/gu;

/** Formats log lines for people: one line each, in colour, in local time. */
export function terminalOutput<T extends Pick<LogOutput, 'write'>>(output: T, colorize = true): T {
  const pretty = prettyFactory({ colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' });
  return {
    ...output,
    write: (line: string) => {
      // Only strings contain control characters. JSON escapes those of ASCII, but terminals know others.
      const shown = JSON.parse(line, (_, value: unknown) =>
        typeof value === 'string' ? value.replace(CONTROLS, '') : value,
      ) as object;
      output.write(pretty(shown));
    },
  };
}
