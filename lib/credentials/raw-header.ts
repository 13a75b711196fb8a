import { InvalidRequestError } from '../errors';
import type { CredentialSource } from './extractor';

/** The value of a header, or undefined. A repeated header is a 400, also with equal values. `name` is lower case. */
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

/** A parameter may follow a comma in one value: `Digest username="a", realm="b"` (RFC 9110 section 11.4). */
const PARAMETER = /^\s*[!#$%&'*+.^_`|~0-9a-z-]+\s*=(?!=|$)/i;

/**
 * For requests with `headers` only, as adapters of serverless platforms make them: a repeated header is a list there,
 * or its values are joined by commas.
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
