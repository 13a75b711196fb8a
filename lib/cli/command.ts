import type { Arguments, OptionSpecs } from './arguments';

/** What a command line is run with: the process's own streams, or a test's. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean | undefined };
  /** To standard output. */
  readonly print: (text: string) => void;
  /** To standard error: what is no result. */
  readonly note: (text: string) => void;
  readonly colors: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves when the user ends what would go on for ever. */
  readonly stopped: () => Promise<void>;
}

/** All is right with what was checked; something is wrong with it; the command line is wrong. */
export type ExitCode = 0 | 1 | 2;

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does and examples, shown before its options. */
  readonly about: string;
  readonly options: OptionSpecs;
  readonly run: (args: Arguments, io: Io) => Promise<ExitCode>;
}
