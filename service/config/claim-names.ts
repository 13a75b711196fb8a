import { claimAt, type Grants } from 'sallyport';

/**
 * AUTH_SCOPE_CLAIMS and AUTH_ROLE_CLAIMS: what the named claims grant, in one list. A string is a list with spaces between
 * (RFC 6749 section 3.3).
 */
export function scopesIn(names: readonly string[]): Grants {
  const sources = names.map(claimNamed);
  return (payload) =>
    sources.flatMap((read) => {
      const granted = read(payload) ?? [];
      return typeof granted === 'string' ? granted.split(' ') : granted;
    });
}

/** The same for roles, where a string is one role. */
export function rolesIn(names: readonly string[]): Grants {
  const sources = names.map(claimNamed);
  return (payload) => sources.flatMap((read) => read(payload) ?? []);
}

/** `realm_access.roles`: the claim of this very name where the token has one, as of `https://api.example/roles`; else a path. */
function claimNamed(name: string): Grants {
  const whole = claimAt(name);
  const [first = '', ...rest] = name.split('.');
  if (first === '' || rest.length === 0 || rest.includes('')) return whole;
  const path = claimAt(first, ...rest);
  return (payload) => (Object.hasOwn(payload, name) ? whole(payload) : path(payload));
}
