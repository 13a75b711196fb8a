import { z } from 'zod';
import { decodeCursor } from './cursor';

const STANDARD = 50;
const MOST = 100;

const LIMIT = `limit must be one whole number from 1 to ${String(MOST)}.`;
const CURSOR = 'cursor must be the nextCursor of an earlier page, and be there once at most.';

/** Query of a page. Other parameters are ignored. */
export const pageQuery = z.object({
  limit: z
    .string({ error: LIMIT })
    .regex(/^(?!0+$)(?:0?[0-9]?[0-9]|100)$/, { error: LIMIT })
    .transform(Number)
    .default(STANDARD)
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: MOST,
      default: STANDARD,
      pattern: undefined,
      description: 'Modules on a page; a page also ends at 4 MiB.',
    }),
  cursor: z
    .string({ error: CURSOR })
    .transform((cursor, context) => {
      const after = decodeCursor(cursor);
      if (after !== undefined) return after;
      context.addIssue({ code: 'custom', message: CURSOR });
      return z.NEVER;
    })
    .optional()
    .meta({ description: 'The `nextCursor` of the page before.' }),
});
