import { ProxyProblem } from './problems';

/** What the URL parser (WHATWG URL section 4.4) drops, or takes for a slash. */
const DROPPED_OR_FOLDED = /[\p{Cc}\\]|^\s|\s$/u;

/** A control in a path is text that was decoded or never checked: whoever decodes it upstream may drop it. */
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;

/** A part that the URL parser resolves away, or that a proxy upstream does once it has decoded the slashes. */
const DOT_SEGMENT = /(?:\/|%2f|%5c)(?:\.|%2e){1,2}(?=\/|%2f|%5c|$)/i;

/**
 * Refuses with 400 a text that the URL parser would read as another path than it says: somebody built a url from text
 * that was not encoded. Must come before parsing, which leaves no trace of it.
 */
export function refuseUnfaithful(value: unknown): void {
  if (typeof value !== 'string') return;
  if (DROPPED_OR_FOLDED.test(value) || !value.isWellFormed())
    throw refused('a character that no url may hold');
  const path = value.replace(/[?#].*$/s, '');
  if (ENCODED_CONTROL.test(path)) throw refused('an encoded control character');
  if (DOT_SEGMENT.test(path)) throw refused('a dot segment');
}

function refused(what: string): ProxyProblem {
  return new ProxyProblem('invalid_request', `The path holds ${what}.`);
}
