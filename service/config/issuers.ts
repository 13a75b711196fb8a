import { createPublicKey } from 'node:crypto';
import { commaList } from './parsers';
import { PROVIDERS, type Provider } from './provider-names';
import type { RequiredClaims } from './required-claims';

/** An accepted issuer, and which of its tokens are accepted. */
export interface IssuerConfig {
  /** Must equal the `iss` of its tokens exactly. */
  readonly issuer: string;
  /** Null: any audience; written as `none`. */
  readonly audience: readonly string[] | null;
  readonly jwksUri?: string;
  /** PEM; used instead of a JWK Set. */
  readonly publicKey?: string;
  /** Also applies the rules of this provider's preset. */
  readonly provider?: Provider;
  readonly authorizedParties?: readonly string[];
  readonly requiredClaims?: RequiredClaims;
  /**
   * Claims that hold scopes, or paths of claims separated by dots. Undefined: those of the provider, or scope and scp.
   */
  readonly scopeClaims?: readonly string[];
  /** Claims that hold roles, in the same form. Undefined: those of the provider, or none. */
  readonly roleClaims?: readonly string[];
  readonly algorithms: readonly string[];
}

export const EXPECTED = {
  issuer:
    "the issuer exactly as its tokens' iss says it, an https URL (http on loopback or a host of AUTH_ALLOW_HTTP only)",
  audience:
    'a comma list of audiences, or none; with AUTH_PROVIDER=clerk, firebase or supabase it may be left out',
  jwksUri: 'an https URL (http on loopback or a host of AUTH_ALLOW_HTTP only)',
  publicKey: 'a public key as PEM (RSA of 2048 bits or more, EC or Ed25519)',
  provider: `one of the providers that are known here: ${PROVIDERS.join(', ')}`,
  authorizedParties: 'a comma list of azp values',
  requiredClaims:
    'a JSON object of claims, such as {"token_use":"access"}, each a string, number or boolean, or a list of them',
  scopeClaims: 'a comma list of claims, below another one as claim.claim',
  roleClaims: 'a comma list of claims, below another one as claim.claim',
  algorithms: 'a comma list of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
} as const;

const FAMILIES: Readonly<Record<string, RegExp>> = {
  rsa: /^[RP]S(256|384|512)$/,
  ec: /^ES(256|384|512)$/,
  ed25519: /^(EdDSA|Ed25519)$/,
};

/** Why something else must identify the intended tokens if no audience does. */
export const UNPINNED =
  'without one of them every token of that issuer would be accepted, whatever it was made for';

export function isUnpinned(entry: Omit<IssuerConfig, 'issuer' | 'algorithms'>): boolean {
  return entry.audience === null && !entry.provider && !entry.authorizedParties && !entry.requiredClaims;
}

export function audienceList(text: string): readonly string[] | null | undefined {
  return text === 'none' ? null : commaList(text);
}

export function algorithmList(text: string): readonly string[] | undefined {
  const names = commaList(text);
  return names?.every(isAlgorithm) ? names : undefined;
}

export function isAlgorithm(name: string): boolean {
  return Object.values(FAMILIES).some((family) => family.test(name));
}

/** Also accepts line breaks written as `\n`, for a PEM in a one-line variable. */
export function publicKeyPem(text: string): string | undefined {
  const pem = text.replaceAll('\\n', '\n');
  return pem.includes('PRIVATE') || keyType(pem) === undefined ? undefined : pem;
}

function keyType(pem: string): string | undefined {
  try {
    const key = createPublicKey(pem);
    const type = key.asymmetricKeyType ?? '';
    const short = type === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048;
    return type in FAMILIES && !short ? type : undefined;
  } catch {
    return undefined;
  }
}

/** Checks options that exclude each other, and that the public key fits an algorithm. */
export function keyProblem(entry: IssuerConfig): string | undefined {
  if (entry.publicKey !== undefined && entry.jwksUri !== undefined) {
    return 'takes a public key or a JWKS address, not both';
  }
  if (entry.publicKey === undefined) return undefined;
  const family = FAMILIES[keyType(entry.publicKey) ?? ''];
  return entry.algorithms.some((name) => family?.test(name))
    ? undefined
    : 'allows no algorithm that its public key can verify';
}
