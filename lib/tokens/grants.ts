import type { Auth, JwtPayload } from '../auth';
import { InternalError, InvalidTokenError } from '../errors';
import { problem, type ClaimProblem, type ClaimRules, type ReadGrants } from './claim-rules';
import { readScopes } from './scopes';

/** Reads from a frozen payload what the token grants: a list, one string, or undefined for nothing. */
export type Grants = (payload: JwtPayload) => string | readonly string[] | undefined;

const NONE: readonly string[] = Object.freeze([]);

/** Reads `scope` and `scp` by default. A string is a space-separated list (RFC 6749 section 3.3). */
export function scopesReader(scopes: Grants | undefined): ReadGrants {
  if (scopes) return reader('scopes', scopes, (text) => text.split(' '));
  return (payload) => {
    const read = readScopes(payload);
    return read ? Object.freeze(read) : problem('claims', "The token's scope is not a list of scopes.");
  };
}

/** Reads no roles by default. A string is one role, even if it has spaces. */
export function rolesReader(roles: Grants | undefined): ReadGrants {
  return roles ? reader('roles', roles, (text) => [text]) : () => NONE;
}

/** A host's function refuses the token with an `InvalidTokenError`; any other error or type of result is a 500. */
function reader(option: string, grants: Grants, split: (text: string) => readonly string[]): ReadGrants {
  return (payload) => {
    let given: unknown;
    try {
      given = grants(payload);
    } catch (cause) {
      if (cause instanceof InvalidTokenError) return problem(cause.reason, cause.detail);
      throw new InternalError({ cause });
    }
    if (given === undefined) return NONE;
    const members: unknown = typeof given === 'string' ? split(given) : given;
    if (!Array.isArray(members) || !members.every((member) => typeof member === 'string')) {
      const cause = new TypeError(
        `jwtVerifier: "${option}" must return strings in a list, one, or undefined`,
      );
      throw new InternalError({ cause });
    }
    return Object.freeze([...new Set(members.filter((member) => member !== ''))]);
  };
}

export type Granted = Pick<Auth, 'scopes' | 'roles'>;

/** `payload` must be frozen, since the host's functions get it. */
export function readGrants(
  rules: Pick<ClaimRules, 'scopes' | 'roles'>,
  payload: JwtPayload,
): Granted | ClaimProblem {
  const scopes = rules.scopes(payload);
  if (isProblem(scopes)) return scopes;
  const roles = rules.roles(payload);
  return isProblem(roles) ? roles : { scopes, roles };
}

export function isProblem(read: object): read is ClaimProblem {
  return 'reason' in read;
}
