import { STATUS_CODES, validateHeaderName, validateHeaderValue } from 'node:http';
import { SallyportError, type Challenge } from '../errors';
import type { ForeignProperties } from './foreign-properties';

/** An error of the host, answered with its own status and message. */
class HostError extends SallyportError {
  readonly code: string;

  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    override readonly extraHeaders: Readonly<Record<string, string>>,
    cause: unknown,
  ) {
    super(detail, { cause });
    this.code = snakeCase(title);
  }
}

/** A 401 must have a challenge (RFC 9110 section 15.5.2): ours, if the error has none in its headers. */
class UnchallengedError extends HostError {
  override readonly challenge: Challenge = {};
}

/**
 * Converts an error in the form of http-errors: equal `status` and `statusCode` (4xx), and `expose`. Undefined for any
 * other error, and for a 5xx, whose message must not be shown to the caller.
 */
export function asHostError(error: Error & ForeignProperties): SallyportError | undefined {
  const { status, statusCode, expose, headers } = error;
  if (typeof status !== 'number' || status !== statusCode || typeof expose !== 'boolean') return undefined;
  if (!Number.isInteger(status) || status < 400 || status > 499) return undefined;
  // An unknown 4xx is treated as 400 (RFC 9110 section 15).
  const title = STATUS_CODES[status] ?? 'Bad Request';
  const detail = expose && error.message !== '' ? error.message : `${title}.`;
  const safe = safeHeaders(headers);
  const Refusal = status === 401 && !('www-authenticate' in safe) ? UnchallengedError : HostError;
  return new Refusal(status, title, detail, safe, error);
}

function snakeCase(text: string): string {
  return text
    .toLowerCase()
    .replaceAll("'", '')
    .replaceAll(/[^a-z0-9]+/g, '_');
}

/** Headers that this package or Node sets (body and framing, caching, connection), and cookies: not passed on. */
const NOT_PASSED_ON =
  /^(?:content-(?!range$|language$).*|transfer-encoding|trailer|te|connection|keep-alive|upgrade|proxy-.*|set-cookie2?|cache-control|pragma|expires|age|etag|last-modified|date)$/;

function safeHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  const entries = Object.entries(headers).map(([name, value]: [string, unknown]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const text = typeof value === 'number' ? String(value) : value;
      return isSafe(name as string, text) ? [[name as string, text]] : [];
    }),
  );
}

function isSafe(name: string, value: unknown): value is string {
  if (typeof value !== 'string' || NOT_PASSED_ON.test(name)) return false;
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
