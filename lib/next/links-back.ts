/**
 * The target of the service's Location as a path, which does not reveal the service's address; undefined for another
 * origin, and for a path that begins with `//`, which a browser would read as a host.
 */
export function pathBack(location: string, from: URL): string | undefined {
  if (!URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  if (target.origin !== from.origin || target.pathname.startsWith('//')) return undefined;
  return target.pathname + target.search + target.hash;
}

/**
 * A Link header (RFC 8288) in which targets at the service become paths; others are unchanged. A target also ends at the
 * next `<`, which no URI contains: otherwise each of many unclosed targets would be scanned to the end of the header.
 */
export function linksBack(link: string, from: URL): string {
  return link.replace(/<([a-z][a-z0-9+.-]*:[^<>]*)>/gi, (whole, target: string) => {
    const path = pathBack(target, from);
    return path === undefined ? whole : `<${path}>`;
  });
}
