import { InvalidRequestError } from '../errors';
import type { CredentialSource } from './extractor';

/** The only value of a header, or undefined; twice is ambiguous, whatever the values. `name` is lower case. */
export function onlyHeader({ rawHeaders, headers }: CredentialSource, name: string): string | undefined {
  if (rawHeaders === undefined || rawHeaders.length === 0) return onlyJoined(headers?.[name], name);
  let found: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    if (header?.length !== name.length || header.toLowerCase() !== name) continue;
    if (found !== undefined) throw repeated(name);
    found = rawHeaders[index + 1];
  }
  return found;
}

/** What may follow a comma within one value: a parameter, as in `Digest username="a", realm="b"` (RFC 9110 section 11.4). */
const PARAMETER = /^\s*[!#$%&'*+.^_`|~0-9a-z-]+\s*=(?!=|$)/i;

/**
 * Where only `headers` is there, as an adapter of a serverless platform makes it: a header that came twice is a list, or
 * its values are joined by commas.
 */
function onlyJoined(value: string | readonly string[] | undefined, name: string): string | undefined {
  if (value === undefined) return undefined;
  const [only, ...others] = typeof value === 'string' ? [value] : value;
  const parts = only?.split(',').slice(1) ?? [];
  if (others.length > 0 || !parts.every((part) => PARAMETER.test(part))) throw repeated(name);
  return only;
}

function repeated(name: string): InvalidRequestError {
  return new InvalidRequestError(`The ${name} header was sent more than once.`);
}
