import type { JwtPayload } from '../auth';
import { InvalidTokenError } from '../errors';
import { isObject } from '../options';
import type { Grants } from './grants';

/**
 * Returns a function for the options `scopes` and `roles` that reads the claim at this path: a string or an array of
 * strings. Each argument is the name of one member, so a claim with dots in its name is one argument. Inherited
 * properties are not read. A claim that is absent or null grants nothing; one of another type refuses the token (401
 * `invalid_token`, reason `claims`).
 *
 * @throws {TypeError} when it is called, for an empty path, or a name that is not a non-empty string.
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
