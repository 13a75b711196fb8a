import { z } from 'zod';
import { InvalidBodyError, type BodyFault } from './errors';

/** Validates a body by its schema. Throws `InvalidBodyError` with all errors. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new InvalidBodyError(parsed.error.issues.flatMap(faultsOf));
}

export function faultsOf(issue: z.core.$ZodIssue): BodyFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pointer([key]), message: 'is not a member of this body' }));
  }
  return [{ path: pointer(issue.path), message: issue.message }];
}

const BLANKS = ' \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff';
const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f';
/**
 * At least one character that is not a blank, and no control characters. Without flags, so that the OpenAPI document
 * can show it.
 */
const PLAIN = new RegExp(`^[${BLANKS}]*[^${CONTROLS}${BLANKS}][^${CONTROLS}]*$`);

/** A string of at most `max` characters that every store and log keeps unchanged. */
export function plainText(max: number) {
  const error = `must be a string of 1 to ${String(max)} characters, none of them a control character`;
  return z
    .string({ error })
    .min(1, { error, abort: true })
    .max(max, { error, abort: true })
    .regex(PLAIN, { error, abort: true })
    .refine((text) => text.isWellFormed(), { error });
}

/** JSON Pointer (RFC 6901). */
function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
