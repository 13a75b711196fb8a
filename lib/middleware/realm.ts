import { DEFAULT_REALM } from '../errors';

/** Checks that the realm of `WWW-Authenticate` can be a quoted string (RFC 9110 section 11.5), and returns it. */
export function realmOf(owner: string, { realm = DEFAULT_REALM }: { readonly realm?: string }): string {
  if (typeof realm === 'string' && /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) return realm;
  throw new TypeError(`${owner}: "realm" must be printable ASCII without quotes and backslashes`);
}
