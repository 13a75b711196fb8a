import { z } from 'zod';

/** A strong entity tag (RFC 9110 section 8.8.3). */
export function formatETag(revision: string): string {
  return `"${revision}"`;
}

const TAG = /(W\x2f)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
/**
 * `*`, or a list of at least one tag; empty list members are ignored (RFC 9110 section 5.6.1). The expression never has
 * to backtrack, so matching takes linear time.
 */
const ANY_OR_LIST =
  /^[ \t]*(?:\*[ \t]*|(?:,[ \t]*)*(?:W\x2f)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*(?:,[ \t]*(?:(?:W\x2f)?"[\x21\x23-\x7e\x80-\xff]*"[ \t]*)?)*)$/;

const EXPECTED = 'If-Match must be * or a list of entity tags such as "abc".';

/**
 * If-Match (RFC 9110 section 13.1.1): `*`, or a list of revisions, one of which must be the current one. Weak tags
 * never match, since the comparison is strong, so they are dropped: a list of weak tags only matches nothing.
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
 * Whether If-None-Match names this revision, the current one (RFC 9110 section 13.1.2). Express checks this as well,
 * but not for requests with `Cache-Control: no-cache`, which `fetch` adds to every request with this header.
 */
export function isKnown(header: string | undefined, revision: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return ANY_OR_LIST.test(header) && [...header.matchAll(TAG)].some(([, , given]) => given === revision);
}

/** Headers of requests that change a module. */
export const changeHeaders = z.object({
  'If-Match': ifMatch.optional().meta({
    description: 'Only if the module is one of these states (`"abc"`, or `*` for any); otherwise 412.',
    example: '*',
  }),
});

/** Headers of requests that read a module. An If-None-Match that is not a list of tags is ignored. */
export const readHeaders = z.object({
  'If-None-Match': z
    .string()
    .optional()
    .meta({ description: 'The ETag that the caller has: 304 if it still holds.' }),
});
