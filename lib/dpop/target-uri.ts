/**
 * The scheme, authority and path of an http(s) URI in normal form (RFC 3986 sections 6.2.2 and 6.2.3), without query
 * and fragment; undefined for anything else.
 */
export function normalTarget(uri: string): string | undefined {
  // The URL parser would replace or drop these characters, which no URI contains.
  if (!/^https?:\/\/[^\\\s\p{Cc}]+$/iu.test(uri)) return undefined;
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    return undefined;
  }
  if (url.username !== '' || url.password !== '') return undefined;
  return url.origin + normalPath(url.pathname);
}

/** Decodes the octets of unreserved characters, and writes the hex digits of all others in upper case. */
function normalPath(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (octet) => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
    return /^[A-Za-z0-9\-._~]$/.test(character) ? character : octet.toUpperCase();
  });
}
