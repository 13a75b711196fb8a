import { InvalidRequestError } from 'sallyport';

/** A strong entity tag (RFC 9110 section 8.8.3). */
export function formatETag(revision: string): string {
  return `"${revision}"`;
}

/** One member of a list, empty ones included (RFC 9110 section 5.6.1), and the comma or end behind it. */
const MEMBER = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(,|$)/y;

/**
 * If-Match (RFC 9110 section 13.1.1): `*`, or the revisions one of which must be the present one. Weak tags never
 * match in the strong comparison it asks for, so they are left out: a list of none but these matches nothing.
 */
export function parseIfMatch(header: string | undefined): '*' | readonly string[] | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const revisions: string[] = [];
  let members = 0;
  MEMBER.lastIndex = 0;
  for (;;) {
    const match = MEMBER.exec(header);
    if (!match) throw malformed();
    const [, weak, revision, separator] = match;
    if (revision !== undefined) {
      members += 1;
      if (weak === undefined) revisions.push(revision);
    }
    if (separator === '') break;
  }
  if (members === 0) throw malformed();
  return revisions;
}

function malformed(): InvalidRequestError {
  return new InvalidRequestError('If-Match must be * or a list of entity tags such as "abc".');
}
