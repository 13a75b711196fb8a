import type { JwtPayload } from '../auth';
import { InvalidTokenError } from '../errors';
import { isObject } from '../options';

/**
 * Returns the role in the active organization, without the prefix `org:`: `o.rol` in version 2 of session tokens,
 * `org_role` in version 1. See clerk.com/docs/guides/sessions/session-tokens.
 */
export function organizationRole(payload: JwtPayload): string | undefined {
  const role = isOfVersion2(payload) ? text(organization(payload), 'rol') : text(payload, 'org_role');
  return role?.replace(/^org:/, '');
}

/**
 * Returns the permissions in the active organization: `org_permissions` in version 1. Version 2 encodes them: `fea`
 * lists features (`o:notes` of the organization, `u:beta` of the user), `o.per` lists permissions, and `o.fpm` has a
 * bit mask for each feature of the organization, whose bit n, from the lowest, is the n-th permission.
 */
export function organizationPermissions(payload: JwtPayload): readonly string[] {
  if (!isOfVersion2(payload)) return listed(payload);
  const features = words(payload, 'fea').filter((feature) => /^(o|uo|ou):/.test(feature));
  const packed = organization(payload);
  const permissions = words(packed, 'per');
  return words(packed, 'fpm').flatMap((bits, index) => {
    const feature = features[index]?.split(':')[1];
    if (feature === undefined || !/^\d{1,15}$/.test(bits)) throw malformed('o.fpm');
    const granted = permissions.filter((_, bit) => BigInt(bits) & (1n << BigInt(bit)));
    return granted.map((permission) => `org:${feature}:${permission}`);
  });
}

function isOfVersion2(payload: JwtPayload): boolean {
  return payload['v'] === 2;
}

function organization(payload: JwtPayload): object {
  const packed = payload['o'] ?? {};
  if (!isObject(packed)) throw malformed('o');
  return packed;
}

function listed(payload: JwtPayload): readonly string[] {
  const permissions: unknown = payload['org_permissions'] ?? [];
  if (!isListOfStrings(permissions)) throw malformed('org_permissions');
  return permissions;
}

function words(holder: object, claim: string): readonly string[] {
  return (text(holder, claim) ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function text(holder: object, claim: string): string | undefined {
  const value: unknown = Object.hasOwn(holder, claim) ? (holder as JwtPayload)[claim] : undefined;
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw malformed(claim);
}

function malformed(claim: string): InvalidTokenError {
  return new InvalidTokenError('claims', `The token's ${claim} is not what Clerk writes there.`);
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}
