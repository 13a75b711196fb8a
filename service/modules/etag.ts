import { z } from 'zod';

/** A strong entity tag (RFC 9110 section 8.8.3). */
export function formatETag(revision: string): string {
  return `"${revision}"`;
}

const TAG = /(W\x2f)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
/** `*`, or one tag at least; empty members are left out (RFC 9110 section 5.6.1). Nowhere is there a choice how to go on: linear. */
const ANY_OR_LIST =
  /^[ \t]*(?:\*[ \t]*|(?:,[ \t]*)*(?:W\x2f)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*(?:,[ \t]*(?:(?:W\x2f)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*)?)*)$/;

const EXPECTED = 'If-Match must be * or a list of entity tags such as "abc".';

/**
 * If-Match (RFC 9110 section 13.1.1): `*`, or the revisions one of which must be the present one. Weak tags never
 * match in the strong comparison it asks for, so they are left out: a list of none but these matches nothing.
 */
export const ifMatch = z
  .string({ error: EXPECTED })
  .regex(ANY_OR_LIST, { error: EXPECTED })
  .transform((header): '*' | readonly string[] => (header.trim() === '*' ? '*' : strongRevisions(header)));

function strongRevisions(header: string): readonly string[] {
  return [...header.matchAll(TAG)].flatMap(([, weak, revision]) =>
    weak === undefined && revision !== undefined ? [revision] : [],
  );
}

/**
 * If-None-Match on a module that is there (RFC 9110 section 13.1.2): whether the caller has it already. Express asks this
 * too, but not where Cache-Control says no-cache, and that is what `fetch` adds to every request that has this header.
 */
export function isKnown(header: string | undefined, revision: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return ANY_OR_LIST.test(header) && [...header.matchAll(TAG)].some(([, , given]) => given === revision);
}

/** Of requests that change a module. */
export const changeHeaders = z.object({
  'If-Match': ifMatch.optional().meta({
    description: 'Only if the module is one of these states (`"abc"`, or `*` for any); otherwise 412.',
    example: '*',
  }),
});

/** Of requests that read one. What is no list of tags is as good as none. */
export const readHeaders = z.object({
  'If-None-Match': z
    .string()
    .optional()
    .meta({ description: 'The ETag that the caller has: 304 if it still holds.' }),
});
