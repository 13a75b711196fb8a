import { loadConfig, ConfigError, type Config } from '../config';
import { openCore } from '../core';
import { createLogger } from '../ops/logger';
import type { Hindrance } from '../storage/hindrance';
import { BackupError } from '../storage/backup/backup-error';
import { UnusableStoreError } from '../storage/unusable-store';
import { SallyportError } from 'sallyport';
import { readOptions, UsageError } from './arguments';
import { backup } from './backup';
import {
  NotDoneError,
  type Command,
  type ExitCode,
  type Given,
  type Result,
  type StoreCommand,
} from './command';
import { examine } from './doctor/doctor';
import { keysList, keysRevoke, keysRotate } from './keys';
import { restore } from './restore';
import { revoke } from './revoke';
import { secretInput, type Stdin } from './secret-input';
import { usersErase, usersShow } from './users';

export interface AdminIo {
  readonly stdin: Stdin;
  readonly print: (text: string) => void;
  readonly note: (line: string) => void;
}

type AnyCommand = Command | StoreCommand;

const COMMANDS: readonly AnyCommand[] = [
  keysList,
  keysRevoke,
  keysRotate,
  usersShow,
  usersErase,
  revoke,
  backup,
  restore,
];
const DOCTOR = {
  name: 'doctor',
  usage: 'doctor',
  about: 'Checks configuration, issuers, clock and store.',
  options: {},
};

const HELP = `Usage: npm run admin -- COMMAND [--json]

${[...COMMANDS, DOCTOR].map(({ usage, about }) => `  ${usage}\n      ${about.replaceAll('\n', '\n      ')}`).join('\n')}

It reads the environment and .env of the service. Services may be running: they apply changes within 2 seconds. Secrets
are read from standard input. Exit codes: 0 done, 1 not done or something is wrong, 2 the command line is wrong.
`;

/** Runs one command line. `args`: the arguments after `admin`. */
export async function runAdmin(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  io: AdminIo,
): Promise<ExitCode> {
  if (args.length === 0 || args.includes('--help')) {
    io.print(HELP);
    return args.length === 0 ? 2 : 0;
  }
  const json = args.includes('--json');
  try {
    const { command, rest } = commandOf(args);
    const given = readOptions(rest, command);
    const result = await resultOf(command, given, env, io);
    io.print(
      json
        ? `${JSON.stringify({ ok: result.ok, ...result.json }, undefined, 2)}\n`
        : `${result.lines.join('\n')}\n`,
    );
    return result.ok ? 0 : 1;
  } catch (error) {
    const [code, says] = failure(error);
    if (json) io.print(`${JSON.stringify({ ok: false, error: says }, undefined, 2)}\n`);
    io.note(code === 2 ? `${says}\n"npm run admin -- --help" shows the commands.` : says);
    return code;
  }
}

function commandOf(args: readonly string[]): {
  command: AnyCommand | typeof DOCTOR;
  rest: readonly string[];
} {
  for (const command of [...COMMANDS, DOCTOR]) {
    const words = command.name.split(' ');
    if (words.every((word, index) => args[index] === word))
      return { command, rest: args.slice(words.length) };
  }
  const names = [...COMMANDS, DOCTOR].map(({ name }) => name).join(', ');
  throw new UsageError(`There is no such command. There are ${names}.`);
}

async function resultOf(
  command: AnyCommand | typeof DOCTOR,
  given: Given,
  env: NodeJS.ProcessEnv,
  io: AdminIo,
): Promise<Result> {
  if ('run' in command) return runOn(command, given, env, io);
  if (!('runOnStore' in command)) return examine(env);
  return command.runOnStore({ config: loadConfig(env), given, note: io.note });
}

async function runOn(command: Command, given: Given, env: NodeJS.ProcessEnv, io: AdminIo): Promise<Result> {
  const config: Config = loadConfig(env);
  let hindrance: Hindrance | undefined;
  const logger = createLogger('silent', { write: () => undefined });
  const core = await openCore(config, {
    logger,
    onEvent: () => undefined,
    onHindrance: (told) => (hindrance = told),
  });
  try {
    await core.storage.check().catch((error: unknown) => {
      throw hindrance ? new NotDoneError(hindrance.says, { cause: error }) : error;
    });
    await core.revocations.prewarm();
    return await command.run({ core, config, given, secret: secretInput(io.stdin, io.note), note: io.note });
  } finally {
    await core.close();
  }
}

function failure(error: unknown): [ExitCode, string] {
  if (error instanceof UsageError) return [2, error.message];
  const isSaid =
    error instanceof NotDoneError ||
    error instanceof UnusableStoreError ||
    error instanceof BackupError ||
    error instanceof ConfigError;
  if (isSaid) return [1, error.message];
  if (error instanceof SallyportError) return [1, `Not done: ${error.detail} (${error.code})`];
  throw error;
}
