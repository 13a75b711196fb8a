import { misconfigured } from './problems';

/** Names of headers in lower case. */
export type HeaderNames = readonly string[];

/** RFC 9110 section 5.1. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Of this connection, or of a coding that `fetch` has undone, and so not to be repeated on another one. */
const OF_THE_CONNECTION = new RegExp(
  `^(?:${[
    'connection|keep-alive|proxy-.*|te|trailers?|transfer-encoding|upgrade|expect',
    'accept-encoding|content-encoding|content-length',
  ].join('|')})$`,
);

/** How Next and Clerk's middleware speak to themselves, tokens included. */
const OF_THE_FRAMEWORK = /^x-(?:middleware|clerk)-/;

/** The browser's credentials, and what only the next hop may say of where a request came from. */
const NEVER_SENT = /^(?:cookie2?|authorization|host|forwarded|x-forwarded-.*|x-real-ip)$/;

/** Cookies would be the app's own; the others are settled for every answer. */
const NEVER_SHOWN = /^(?:set-cookie2?|cookie|authorization|cache-control)$/;

/** What the option `forward` spells. */
export function forwardedFrom(list: unknown): HeaderNames {
  return namesFrom(list, 'forward', NEVER_SENT, 'idempotency-key');
}

/** What the option `expose` spells. */
export function exposedFrom(list: unknown): HeaderNames {
  return namesFrom(list, 'expose', NEVER_SHOWN, 'x-total-count');
}

function namesFrom(list: unknown, option: string, never: RegExp, example: string): HeaderNames {
  if (!Array.isArray(list) || !list.every(isHeaderName)) {
    throw misconfigured(`${option} must be a list of header names, such as ["${example}"].`);
  }
  const names = list.map((name) => name.toLowerCase());
  const refused = names.find((name) =>
    [never, OF_THE_CONNECTION, OF_THE_FRAMEWORK].some((rule) => rule.test(name)),
  );
  if (refused !== undefined) throw misconfigured(`${option} must not name the header ${refused}.`);
  return names;
}

function isHeaderName(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}
