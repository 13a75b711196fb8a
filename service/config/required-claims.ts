type ClaimValue = string | number | boolean;

/** By claim name: the value, or one of the values, that the claim must be or contain. */
export type RequiredClaims = Readonly<Record<string, ClaimValue | readonly ClaimValue[]>>;

/** Parses AUTH_REQUIRED_CLAIMS, a JSON object. */
export function requiredClaimsOf(text: string): RequiredClaims | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRequiredClaims(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** At least one claim, each with at least one value, since an empty object or list would check nothing. */
export function isRequiredClaims(value: unknown): value is RequiredClaims {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const claims: unknown[] = Object.values(value);
  return claims.length > 0 && claims.every((claim) => isClaimValue(claim) || isListOfValues(claim));
}

function isListOfValues(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isClaimValue);
}

function isClaimValue(value: unknown): value is ClaimValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
