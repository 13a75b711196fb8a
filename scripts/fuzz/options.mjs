import { parseArgs } from 'node:util';

export const USAGE = `Feeds odd inputs to the library and the service for a while, and checks what must hold whatever comes.

  npm run fuzz -- --minutes N                 all targets in turn, for N minutes
  npm run fuzz -- --minutes N --only TARGET   one of them
  npm run fuzz -- --seed S [--only TARGET]    one batch of each, as it was with this seed
  npm run fuzz -- --only TARGET --seed S --path P [--replay-path R]
                                              one input again: a failure prints this line
  npm run fuzz -- --list                      the names of the targets

Ends with 1 when something did not hold. Ctrl-C ends it after the batch under way.`;

/** What was asked for can't be meant. */
export class UsageError extends Error {}

const FLAGS = {
  minutes: { type: 'string' },
  only: { type: 'string' },
  seed: { type: 'string' },
  path: { type: 'string' },
  'replay-path': { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

/** The flags, checked as far as they can be without the targets. Throws `UsageError`. */
export function readOptions(args) {
  const { minutes, only, seed, path, 'replay-path': replayPath, list, help } = parse(args);
  if (help || list) return { help, list };
  if (seed === undefined && minutes === undefined) throw new UsageError('give --minutes or --seed');
  if (seed !== undefined && minutes !== undefined)
    throw new UsageError('--seed runs one batch: leave --minutes out');
  if (path !== undefined && (seed === undefined || only === undefined)) {
    throw new UsageError('--path needs the --only and --seed that were printed with it');
  }
  if (replayPath !== undefined && path === undefined) throw new UsageError('--replay-path needs --path');
  if (path !== undefined && !/^\d+(:\d+)*$/.test(path))
    throw new UsageError('--path must be numbers, joined by ":"');
  return {
    minutes: minutes === undefined ? 0 : numberOf('--minutes', minutes, 0.01, 1440),
    ...(seed !== undefined && { seed: wholeOf('--seed', seed) }),
    ...(only !== undefined && { only }),
    ...(path !== undefined && { path }),
    ...(replayPath !== undefined && { replayPath }),
  };
}

function parse(args) {
  try {
    return parseArgs({ args, options: FLAGS }).values;
  } catch (error) {
    if (error.code?.startsWith('ERR_PARSE_ARGS')) throw new UsageError(error.message);
    throw error;
  }
}

function numberOf(flag, text, least, most) {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${flag} must be a number from ${least} to ${most}`);
}

function wholeOf(flag, text) {
  const value = /^-?\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new UsageError(`${flag} must be a whole number`);
}
