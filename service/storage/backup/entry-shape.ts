import { z } from 'zod';
import type { Kind } from '../kinds';

const text = z.string();

/** What every entry has, so that a file that somebody wrote by hand is refused before anything of it is restored. */
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
