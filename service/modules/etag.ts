import { InvalidRequestError } from 'sallyport';

/** A strong entity tag (RFC 9110 section 8.8.3). */
export function formatETag(revision: string): string {
  return `"${revision}"`;
}

/** One member of a list, empty ones included (RFC 9110 section 5.6.1), and the comma or end behind it. */
const MEMBER = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(,|$)/y;

interface EntityTag {
  readonly weak: boolean;
  readonly revision: string;
}

/**
 * If-Match (RFC 9110 section 13.1.1): `*`, or the revisions one of which must be the present one. Weak tags never
 * match in the strong comparison it asks for, so they are left out: a list of none but these matches nothing.
 */
export function parseIfMatch(header: string | undefined): '*' | readonly string[] | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const tags = entityTags(header);
  if (!tags || tags.length === 0) throw malformed();
  return tags.filter(({ weak }) => !weak).map(({ revision }) => revision);
}

/**
 * If-None-Match on a module that is there (RFC 9110 section 13.1.2): whether the caller has it already. Express asks this
 * too, but not where Cache-Control says no-cache, and that is what `fetch` adds to every request that has this header.
 */
export function isKnown(header: string | undefined, revision: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return entityTags(header)?.some((tag) => tag.revision === revision) ?? false;
}

/** Undefined for what is no list of entity tags. */
function entityTags(header: string): readonly EntityTag[] | undefined {
  const tags: EntityTag[] = [];
  MEMBER.lastIndex = 0;
  for (;;) {
    const match = MEMBER.exec(header);
    if (!match) return undefined;
    const [, weak, revision, separator] = match;
    if (revision !== undefined) tags.push({ weak: weak !== undefined, revision });
    if (separator === '') return tags;
  }
}

function malformed(): InvalidRequestError {
  return new InvalidRequestError('If-Match must be * or a list of entity tags such as "abc".');
}
