import type { Config } from '../config';
import type { Core } from '../core';

/** The given options of a command. */
export interface Given {
  readonly text: (name: string) => string | undefined;
  readonly has: (name: string) => boolean;
}

export interface SecretInput {
  /** Reads standard input and trims it. Throws a `UsageError` if it is empty. */
  read(what: string): Promise<string>;
}

/** 0: done. 1: not done, or a check failed. 2: the command line is wrong. */
export type ExitCode = 0 | 1 | 2;

/** The result of a command: JSON for programs, lines for people. */
export interface Result {
  readonly ok: boolean;
  readonly json: object;
  readonly lines: readonly string[];
}

export interface CommandContext {
  readonly core: Core;
  readonly config: Config;
  readonly given: Given;
  readonly secret: SecretInput;
  /** Writes to standard error: notes, not results. */
  readonly note: (line: string) => void;
}

interface Described {
  /** The words after `admin`. */
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  readonly options: Readonly<Record<string, 'value' | 'flag'>>;
}

/** A command that uses the parts of the service on its store. */
export interface Command extends Described {
  readonly run: (context: CommandContext) => Promise<Result>;
}

/** A command that opens the whole store itself. */
export interface StoreCommand extends Described {
  readonly runOnStore: (context: Pick<CommandContext, 'config' | 'given' | 'note'>) => Promise<Result>;
}

/** What the command should act on does not exist: exit code 1. */
export class NotDoneError extends Error {}
