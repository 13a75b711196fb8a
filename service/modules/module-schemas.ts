import { z } from 'zod';
import { MAX_DATA_BYTES, MAX_DATA_LEVELS } from './json-text';
import { moduleId } from './module-id';

const MAX = `at most ${String(MAX_DATA_BYTES)} bytes of JSON text and ${String(MAX_DATA_LEVELS)} levels`;

/**
 * Checks only that `data` is an object; jsonTextOf checks its content. The parsed result is never stored, since zod
 * drops keys such as `__proto__`.
 */
const data = z.looseObject({}, { error: 'must be a JSON object' }).meta({
  description: `Any JSON object, ${MAX}. Comes back equal, whatever its keys are.`,
  example: { title: 'One', score: 0.5 },
});

/** Body of POST /save. */
export const saveBody = z
  .strictObject(
    {
      moduleId,
      data,
    },
    { error: ({ code }) => (code === 'invalid_type' ? 'must be a JSON object' : undefined) },
  )
  .meta({ id: 'SaveModule' });

/** A module in the form of moduleJson. */
export const moduleAnswer = z
  .strictObject({
    userId: z.string().meta({ description: "The owner's `sub`.", example: 'user_2f9a' }),
    moduleId,
    data,
    version: z.int().min(1).meta({ description: 'Counts the saves since it was made.', example: 1 }),
    createdAt: z.iso.datetime().meta({ example: '2026-11-27T08:00:00.000Z' }),
    updatedAt: z.iso.datetime().meta({ example: '2026-11-27T08:00:00.000Z' }),
  })
  .meta({ id: 'Module' });

/** A page in the form of pageJson. */
export const pageAnswer = z
  .strictObject({
    items: z.array(moduleAnswer).meta({ description: 'In ascending order of moduleId.' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'For the next page; null on the last one.', example: 'YWZ0ZXI6aW50cm8' }),
  })
  .meta({ id: 'ModulePage' });

/**
 * Path parameters below a user. `userId` is checked by the guard alone: a schema would answer malformed ids differently
 * from other users' ids.
 */
export const ownerParams = z.object({
  userId: z
    .string()
    .min(1)
    .meta({ description: "The caller's own id: the `sub` of the token.", example: 'user_2f9a' }),
});

export const moduleParams = ownerParams.extend({ moduleId });
