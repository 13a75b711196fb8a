/**
 * The scheme, authority and path of an http(s) URI in one spelling (RFC 3986 sections 6.2.2 and 6.2.3), without query and
 * fragment; undefined for anything else.
 */
export function normalTarget(uri: string): string | undefined {
  // What the URL parser would repair or drop is no URI.
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

/** Octets that need no encoding are spelled plainly, and the others in capitals. */
function normalPath(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (octet) => {
    const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
    return /^[A-Za-z0-9\-._~]$/.test(character) ? character : octet.toUpperCase();
  });
}
