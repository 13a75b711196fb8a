import type { Arguments, OptionSpecs } from './arguments';

/** The streams and variables that a command uses: those of the process, or of a test. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean | undefined };
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Writes to standard error: notes and errors, not results. */
  readonly note: (text: string) => void;
  readonly colors: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves when the user stops a command that runs until then (Ctrl-C). */
  readonly stopped: () => Promise<void>;
}

/** Exit codes: every check passed; a check failed; the command line is wrong. */
export type ExitCode = 0 | 1 | 2;

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What it does and examples, shown before its options. */
  readonly about: string;
  readonly options: OptionSpecs;
  readonly run: (args: Arguments, io: Io) => Promise<ExitCode>;
}
