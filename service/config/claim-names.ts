import { claimAt, type Grants } from 'sallyport';

/**
 * Scopes of the claims in AUTH_SCOPE_CLAIMS, in one list. A string is a space-separated list (RFC 6749 section 3.3).
 */
export function scopesIn(names: readonly string[]): Grants {
  const sources = names.map(claimNamed);
  return (payload) =>
    sources.flatMap((read) => {
      const granted = read(payload) ?? [];
      return typeof granted === 'string' ? granted.split(' ') : granted;
    });
}

/** Roles of the claims in AUTH_ROLE_CLAIMS, in one list. A string is a single role. */
export function rolesIn(names: readonly string[]): Grants {
  const sources = names.map(claimNamed);
  return (payload) => sources.flatMap((read) => read(payload) ?? []);
}

/**
 * Reads a claim such as `realm_access.roles`. A claim with exactly this name, such as `https://api.example/roles`,
 * takes precedence; otherwise the name is a path.
 */
function claimNamed(name: string): Grants {
  const whole = claimAt(name);
  const [first = '', ...rest] = name.split('.');
  if (first === '' || rest.length === 0 || rest.includes('')) return whole;
  const path = claimAt(first, ...rest);
  return (payload) => (Object.hasOwn(payload, name) ? whole(payload) : path(payload));
}
