import { Readable } from 'node:stream';
import type { Io } from '../../../../lib/cli/command';
import { run } from '../../../../lib/cli/run';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One command line in this process, with what is on its standard input. */
export async function sallyport(
  args: readonly string[],
  stdin = '',
  options: Partial<Pick<Io, 'now' | 'colors' | 'stdin' | 'stopped'>> & {
    readonly onPrint?: (text: string) => void;
  } = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const { onPrint, ...rest } = options;
  const code = await run(args, {
    stdin: Readable.from(stdin === '' ? [] : [stdin]),
    print(text) {
      out += text;
      onPrint?.(text);
    },
    note(text) {
      err += text;
    },
    colors: false,
    now: Date.now,
    stopped: () => Promise.resolve(),
    ...rest,
  });
  return { code, out, err };
}

/** The lines of one outcome: `broken  aud  ...`. */
export function lines(out: string, outcome: 'passed' | 'broken' | 'not judged'): string[] {
  return out
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${outcome} `))
    .map((line) => line.slice(outcome.length).trim().replace(/ +/g, ' '));
}
