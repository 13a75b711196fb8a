import { readArguments } from './arguments';
import { closest } from './closest';
import type { Command, ExitCode, Io } from './command';
import { doctor } from './doctor/doctor';
import { COMMON_OPTIONS, commandHelp, generalHelp } from './help';
import { inspect } from './inspect/inspect';
import { token } from './token/token';
import { UsageError } from './usage-error';

const COMMANDS: readonly Command[] = [inspect, doctor, token];

/** Runs one command line. `args`: the arguments after `sallyport`. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.print(generalHelp(COMMANDS));
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (!command) return wrongUsage(unknownCommand(name), '', io);
  if (rest.includes('--help') || rest.includes('-h')) {
    io.print(commandHelp(command));
    return 0;
  }
  try {
    return await command.run(readArguments(rest, { ...command.options, ...COMMON_OPTIONS }), io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return wrongUsage(error.message, ` ${command.name}`, io);
  }
}

function wrongUsage(message: string, command: string, io: Io): ExitCode {
  io.note(`${message}\n"npx sallyport${command} --help" shows how it is used.\n`);
  return 2;
}

function unknownCommand(name: string): string {
  const meant = closest(
    name,
    COMMANDS.map((command) => command.name),
  );
  return meant === undefined
    ? 'There is no such command.'
    : `There is no such command. Did you mean ${meant}?`;
}
