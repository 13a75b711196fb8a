import { InvalidRequestError } from 'sallyport';
import type { z } from 'zod';

/** Of a path, a query or headers, as their schema says. Throws `InvalidRequestError` with the first fault. */
export function parseParameters<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InvalidRequestError(parsed.error.issues[0]?.message ?? 'The request is malformed.');
}
