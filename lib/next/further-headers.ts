import { misconfigured } from './problems';

/** Names of headers in lower case. */
export type HeaderNames = readonly string[];

/** RFC 9110 section 5.1. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Hop-by-hop headers, and those of a content coding that `fetch` has decoded: not valid on another connection. */
const OF_THE_CONNECTION = new RegExp(
  `^(?:${[
    'connection|keep-alive|proxy-.*|te|trailers?|transfer-encoding|upgrade|expect',
    'accept-encoding|content-encoding|content-length',
  ].join('|')})$`,
);

/** Internal headers of Next and of Clerk's middleware, some of which hold tokens. */
const OF_THE_FRAMEWORK = /^x-(?:middleware|clerk)-/;

/** The browser's credentials, and headers on the origin of a request, which only the nearest proxy may set. */
const NEVER_SENT = /^(?:cookie2?|authorization|host|forwarded|x-forwarded-.*|x-real-ip)$/;

/** Set-Cookie would set cookies of the app; Cache-Control is fixed for every answer (see `ALWAYS`). */
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
