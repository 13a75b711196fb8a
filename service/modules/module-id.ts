const MODULE_ID = /^[A-Za-z0-9._~-]{1,128}$/;

/** The unreserved characters of a URL (RFC 3986 section 2.3), but for the two names that mean a place in a path. */
export function isModuleId(text: string): boolean {
  return MODULE_ID.test(text) && text !== '.' && text !== '..';
}
