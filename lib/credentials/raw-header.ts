import { InvalidRequestError } from '../errors';
import type { CredentialSource } from './extractor';

/** The only value of a header, or undefined; twice is ambiguous, whatever the values. `name` is lower case. */
export function onlyHeader({ rawHeaders }: CredentialSource, name: string): string | undefined {
  let found: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    if (header?.length !== name.length || header.toLowerCase() !== name) continue;
    if (found !== undefined) throw new InvalidRequestError(`The ${name} header was sent more than once.`);
    found = rawHeaders[index + 1];
  }
  return found;
}
