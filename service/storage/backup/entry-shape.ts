import { z } from 'zod';
import type { Kind } from '../kinds';

const text = z.string();

/** Required members of each entry, so that a file written by hand is refused before anything is restored. */
const SHAPES = {
  modules: z.looseObject({ owner: text, moduleId: text, data: text, revision: text, version: z.number() }),
  apiKeys: z.looseObject({
    ...{ id: text, hash: text, userId: text, issuer: text, subject: text },
    scopes: z.array(text),
    createdAt: z.number(),
  }),
  users: z.looseObject({
    issuer: text,
    subject: text,
    record: z.looseObject({ tombstones: z.array(z.looseObject({})) }),
  }),
  revocations: z.looseObject({ by: text, issuer: text, value: text }),
} satisfies Record<Kind, z.ZodType>;

export function hasShapeOf(kind: Kind, entry: unknown): boolean {
  return SHAPES[kind].safeParse(entry).success;
}
