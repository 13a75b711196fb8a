import type { Config } from '../config';
import type { Core } from '../core';

/** The options of a command line. */
export interface Given {
  readonly text: (name: string) => string | undefined;
  readonly has: (name: string) => boolean;
}

export interface SecretInput {
  /** What came on standard input, without space around it. Throws a `UsageError` where nothing did. */
  read(what: string): Promise<string>;
}

/** Done; not done; the command line is wrong. */
export type ExitCode = 0 | 1 | 2;

/** What a command gives: for programs as JSON, for people as lines. */
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
  /** To standard error: what is no result. */
  readonly note: (line: string) => void;
}

interface Described {
  /** The words behind `admin`. */
  readonly name: string;
  readonly usage: string;
  readonly about: string;
  readonly options: Readonly<Record<string, 'value' | 'flag'>>;
}

/** Acts as the service does, on its store. */
export interface Command extends Described {
  readonly run: (context: CommandContext) => Promise<Result>;
}

/** Opens the store by itself, as a whole. */
export interface StoreCommand extends Described {
  readonly runOnStore: (context: Pick<CommandContext, 'config' | 'given' | 'note'>) => Promise<Result>;
}

/** What was asked for is not there: exit code 1. */
export class NotDoneError extends Error {}
