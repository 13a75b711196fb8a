import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config/variables';
import { scrubLine } from './scrub-line';

export type { Logger } from 'pino';

/** A logger of JSON lines. Every finished line is scrubbed of credentials. */
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
 * Name, message, code, stack and causes. Unlike pino's own serializer it omits other properties: libraries attach
 * requests and configurations, with the credentials in them.
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
