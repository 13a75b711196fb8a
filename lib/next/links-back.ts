/**
 * Where the service's Location leads, as a path, which says nothing of where the service stands; undefined when that is
 * another origin, or a path that a browser would read as one.
 */
export function pathBack(location: string, from: URL): string | undefined {
  if (!URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  if (target.origin !== from.origin || target.pathname.startsWith('//')) return undefined;
  return target.pathname + target.search + target.hash;
}

/**
 * A Link header (RFC 8288) whose targets at the service are paths; those elsewhere stay as they are. A target ends at the
 * next `<` too, which no address holds: else each of many unclosed ones would be read to the end.
 */
export function linksBack(link: string, from: URL): string {
  return link.replace(/<([a-z][a-z0-9+.-]*:[^<>]*)>/gi, (whole, target: string) => {
    const path = pathBack(target, from);
    return path === undefined ? whole : `<${path}>`;
  });
}
