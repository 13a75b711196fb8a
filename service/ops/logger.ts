import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config/variables';
import { scrubLine } from './scrub-line';

export type { Logger } from 'pino';

/** JSON lines. Each is scrubbed once it is finished, whoever wrote it and whatever is in it. */
export function createLogger(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      hooks: { streamWrite: scrubLine },
    },
    destination,
  );
}

/**
 * Name, message, stack and causes: a bug is logged whole. Not an error's other properties, as pino's own serializer
 * would: libraries hang requests and configurations on them, with the credentials inside.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { thrown: String(error) };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    stack: error.stack ?? '',
    ...(error.cause !== undefined && depth < 5 && { cause: describeError(error.cause, depth + 1) }),
  };
}
