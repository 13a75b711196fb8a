import type { JwtPayload } from '../auth';
import { InvalidTokenError } from '../errors';
import { isObject } from '../options';
import type { Grants } from './grants';

/**
 * Reads the claim at a path, for `scopes` and `roles`: a string or a list of strings. Each part is a name as it stands, so
 * a claim with dots in its name is one part. Only what the token itself says is found, never a property that every object
 * has. What is absent or null grants nothing; anything else refuses the token (401 `invalid_token`, reason `claims`).
 *
 * @throws {TypeError} when it is called, for a path that is empty or holds anything but names.
 *
 * @example
 * sallyport({ issuer, audience, users, roles: claimAt('realm_access', 'roles'), scopes: claimAt('permissions') });
 * claimAt('https://api.example/roles'); // one claim
 */
export function claimAt(...path: readonly [string, ...string[]]): Grants {
  if (path.length === 0 || path.some((name) => typeof (name as unknown) !== 'string' || name === ''))
    throw new TypeError("claimAt: name a claim, and below it the way to what it holds, as ('a', 'b')");

  return function readClaim(payload) {
    let value: unknown = payload;
    for (const name of path) {
      if (value === undefined || value === null) return undefined;
      if (!isObject(value)) throw malformed(path);
      value = own(value as JwtPayload, name);
    }
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string' || isListOfStrings(value)) return value;
    throw malformed(path);
  };
}

function own(holder: JwtPayload, name: string): unknown {
  return Object.hasOwn(holder, name) ? holder[name] : undefined;
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}

function malformed(path: readonly string[]): InvalidTokenError {
  return new InvalidTokenError('claims', `The token's ${path.join('.')} is not a list of strings.`);
}
