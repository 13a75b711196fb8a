import { prettyFactory } from 'pino-pretty';
import type { LogOutput } from './log-output';

/** What would steer a terminal, but for the ends of lines and tabs in a stack. */
const CONTROLS = /[^\P{C}\n\t]/gu;

/** The same lines as people read them: one each, in colour, with the time of here. */
export function terminalOutput<T extends Pick<LogOutput, 'write'>>(output: T, colorize = true): T {
  const pretty = prettyFactory({ colorize, singleLine: true, translateTime: 'SYS:HH:MM:ss.l' });
  return {
    ...output,
    write: (line: string) => {
      // Nothing but text has controls in it: JSON escapes those of ASCII, and a terminal knows others.
      const shown = JSON.parse(line, (_, value: unknown) =>
        typeof value === 'string' ? value.replace(CONTROLS, '') : value,
      ) as object;
      output.write(pretty(shown));
    },
  };
}
