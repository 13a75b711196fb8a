import { misconfigured } from './problems';

/** Whether pages of this host, with its port where that is no default one, may send what changes something. */
export type AllowedOrigins = (host: string) => boolean;

/** Labels of which the first ones may be wildcards, and perhaps a port. Never a wildcard alone: that is any site. */
const HOST_PATTERN =
  /^(?:\*\*\.)?(?:(?:\*|[a-z0-9_-]+)\.)*[a-z0-9_-]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/;

/** What the option `allowedOrigins` spells, matched as Next matches that of its server actions. */
export function allowedOriginsFrom(list: unknown): AllowedOrigins {
  if (!Array.isArray(list)) throw notHosts();
  const patterns = list.map(patternFrom);
  return (host) => patterns.some((pattern) => pattern.test(host));
}

function patternFrom(entry: unknown): RegExp {
  const host = typeof entry === 'string' ? entry.toLowerCase() : '';
  if (!HOST_PATTERN.test(host)) throw notHosts();
  const labels = host.split('.').map((label) => {
    if (label === '**') return '(?:[^.]+\\.)*[^.]+';
    return label === '*' ? '[^.]+' : label.replace(/[[\]]/g, '\\$&');
  });
  return new RegExp(`^${labels.join('\\.')}$`);
}

function notHosts(): Error {
  return misconfigured(
    'allowedOrigins must be a list of hosts without a scheme, such as ["app.example", "*.app.example"].',
  );
}
