import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { commaList, secureUrl } from './parsers';

/** One issuer that this service believes, and how far. */
export interface IssuerConfig {
  /** Exactly the `iss` of its tokens. */
  readonly issuer: string;
  /** Null: any audience, spelled out as `none`. */
  readonly audience: readonly string[] | null;
  readonly jwksUri?: string;
  /** PEM. */
  readonly publicKey?: string;
  readonly authorizedParties?: readonly string[];
  readonly algorithms: readonly string[];
}

export const EXPECTED = {
  issuer: "the issuer exactly as its tokens' iss says it, an https URL (http on loopback only)",
  audience: 'a comma list of audiences, or none',
  jwksUri: 'an https URL (http on loopback only)',
  publicKey: 'a public key as PEM (RSA of 2048 bits or more, EC or Ed25519)',
  authorizedParties: 'a comma list of azp values',
  algorithms: 'a comma list of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA',
} as const;

const FAMILIES: Readonly<Record<string, RegExp>> = {
  rsa: /^[RP]S(256|384|512)$/,
  ec: /^ES(256|384|512)$/,
  ed25519: /^EdDSA$/,
};

export function audienceList(text: string): readonly string[] | null | undefined {
  return text === 'none' ? null : commaList(text);
}

export function algorithmList(text: string): readonly string[] | undefined {
  const names = commaList(text);
  return names?.every(isAlgorithm) ? names : undefined;
}

function isAlgorithm(name: string): boolean {
  return Object.values(FAMILIES).some((family) => family.test(name));
}

/** Accepts the line breaks spelled `\n`, as one-line variables carry a PEM. */
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

/** What one parser alone can't see: which options exclude each other, and which key carries which algorithm. */
export function issuerProblem(entry: IssuerConfig): string | undefined {
  if (entry.publicKey !== undefined && entry.jwksUri !== undefined) {
    return 'takes a public key or a JWKS address, not both';
  }
  if (entry.publicKey === undefined) return undefined;
  const family = FAMILIES[keyType(entry.publicKey) ?? ''];
  return entry.algorithms.some((name) => family?.test(name))
    ? undefined
    : 'allows no algorithm that its public key can verify';
}

const list = z.array(z.string().min(1)).min(1).readonly();
const wrong = (what: keyof typeof EXPECTED) => ({ error: `expected ${EXPECTED[what]}` });

const entrySchema = z.strictObject({
  issuer: z.string(wrong('issuer')).refine((text) => secureUrl(text) !== undefined, wrong('issuer')),
  audience: z.union(
    [
      z.literal('none').transform(() => null),
      z.null(),
      z
        .string()
        .min(1)
        .transform((one) => [one]),
      list,
    ],
    { error: 'expected an audience, a list of them, or "none"' },
  ),
  jwksUri: z
    .string(wrong('jwksUri'))
    .refine((text) => secureUrl(text) !== undefined, wrong('jwksUri'))
    .optional(),
  publicKey: z
    .string(wrong('publicKey'))
    .refine((text) => publicKeyPem(text) !== undefined, wrong('publicKey'))
    .transform((text) => text.replaceAll('\\n', '\n'))
    .optional(),
  authorizedParties: list.optional(),
  algorithms: z
    .array(z.string().refine(isAlgorithm, wrong('algorithms')))
    .min(1)
    .readonly()
    .default(['RS256']),
});

export type IssuersOutcome =
  { readonly issuers: readonly IssuerConfig[] } | { readonly problems: readonly string[] };

/** AUTH_ISSUERS: JSON, the first entry is the primary. */
export function parseIssuers(json: string): IssuersOutcome {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { problems: ['is wrong; expected a JSON array of { issuer, audience, ... }'] };
  }
  const parsed = z.array(entrySchema).min(1, { error: 'expected at least one issuer' }).safeParse(value);
  if (!parsed.success) return { problems: parsed.error.issues.map(place) };
  const issuers = parsed.data as readonly IssuerConfig[];
  const problems = issuers.flatMap((entry, index) => {
    const problem = issuerProblem(entry);
    return problem === undefined ? [] : [`[${String(index)}] ${problem}`];
  });
  if (new Set(issuers.map(({ issuer }) => issuer)).size < issuers.length)
    problems.push('names one issuer twice');
  return problems.length > 0 ? { problems } : { issuers };
}

function place(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) =>
    typeof part === 'number' ? `[${String(part)}]` : `.${String(part)}`,
  );
  return `${path.join('')} is wrong; ${issue.message}`.trimStart();
}
