import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../config/variables';
import { scrub } from './scrub';

export type { Logger } from 'pino';

const SECRET_FIELDS = ['authorization', '["x-api-key"]', 'cookie', '["set-cookie"]', 'body', 'token', 'key'];

/** JSON lines. What must never be in a log is also taken out here, should a caller forget. */
export function createLogger(level: LogLevel, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap(anywhereNear), censor: '[redacted]' },
      serializers: { err: describeError },
    },
    destination,
  );
}

/** A field at the top and down to three levels. */
function anywhereNear(field: string): string[] {
  const below = field.startsWith('[') ? field : `.${field}`;
  return [field, `*${below}`, `*.*${below}`, `*.*.*${below}`];
}

/**
 * Name, message, stack and causes: a bug is logged whole. Not an error's other properties, as pino's own serializer
 * would: libraries hang requests and configurations on them, with the credentials inside.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { thrown: scrub(String(error)) };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    message: scrub(error.message),
    ...(typeof code === 'string' && { code: scrub(code) }),
    stack: scrub(error.stack ?? ''),
    ...(error.cause !== undefined && depth < 5 && { cause: describeError(error.cause, depth + 1) }),
  };
}
