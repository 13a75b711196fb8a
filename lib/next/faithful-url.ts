import { ProxyProblem } from './problems';

/** What the URL parser (WHATWG URL section 4.4) drops, or takes for a slash. */
const DROPPED_OR_FOLDED = /[\p{Cc}\\]|^\s|\s$/u;

/** A control character in a path was decoded or never checked; a server that decodes the path may drop it. */
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i;

/** A part that the URL parser resolves away, or that a proxy upstream does once it has decoded the slashes. */
const DOT_SEGMENT = /(?:\/|%2f|%5c)(?:\.|%2e){1,2}(?=\/|%2f|%5c|$)/i;

/**
 * Refuses with 400 a text that the URL parser would change into another path: somebody built the url from text that was
 * not encoded. Must run before parsing, since a parsed URL no longer shows it.
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
