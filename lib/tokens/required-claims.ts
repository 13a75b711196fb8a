import { isObject } from '../options';

export type ClaimValue = string | number | boolean;

/** The accepted values by claim name: the claim must be one of them, or an array that contains one. */
export type RequiredClaims = ReadonlyMap<string, ReadonlySet<unknown>>;

/** Throws the error of `misuse` for anything but a non-empty object of claims, each with at least one value. */
export function readRequiredClaims(claims: unknown, misuse: (expected: string) => Error): RequiredClaims {
  if (claims === undefined) return new Map();
  const required = isObject(claims) ? Object.entries(claims as object) : [];
  const read = required.map(([name, value]): [string, ReadonlySet<unknown>] => [
    name,
    new Set(listOf(value)),
  ]);
  if (read.length === 0 || read.some(([, values]) => values.size === 0 || ![...values].every(isClaimValue))) {
    throw misuse('an object of claims, each a string, a number or a boolean, or a list of them');
  }
  return new Map(read);
}

/** Returns the name of a claim that is absent or has none of its values; undefined if there is none. */
export function missingClaim(claims: object, required: RequiredClaims): string | undefined {
  for (const [name, values] of required) {
    const value: unknown = Object.hasOwn(claims, name)
      ? (claims as Record<string, unknown>)[name]
      : undefined;
    if (!listOf(value).some((member) => values.has(member))) return name;
  }
  return undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isClaimValue(value: unknown): value is ClaimValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
