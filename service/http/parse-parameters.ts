import { InvalidRequestError } from 'sallyport';
import type { z } from 'zod';

/** Validates a path, query or headers by their schema. Throws `InvalidRequestError` with the first error. */
export function parseParameters<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(parsed.error.issues[0]?.message ?? 'The request is malformed.');
}
