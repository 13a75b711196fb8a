import { z } from 'zod';
import {
  EXPECTED,
  isAlgorithm,
  isUnpinned,
  keyProblem,
  publicKeyPem,
  UNPINNED,
  type IssuerConfig,
} from './issuers';
import { webUrl } from './parsers';
import { plainProblems } from './plain-http';
import { providerOf, type Provider } from './provider-names';
import { completed, presetProblem, settingsOf } from './providers';
import { isRequiredClaims, type RequiredClaims } from './required-claims';

const list = z.array(z.string().min(1)).min(1).readonly();
const wrong = (what: keyof typeof EXPECTED) => ({ error: `expected ${EXPECTED[what]}` });

const fields = z.strictObject({
  issuer: z.string(wrong('issuer')).refine((text) => webUrl(text) !== undefined, wrong('issuer')),
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
    .refine((text) => webUrl(text) !== undefined, wrong('jwksUri'))
    .optional(),
  publicKey: z
    .string(wrong('publicKey'))
    .refine((text) => publicKeyPem(text) !== undefined, wrong('publicKey'))
    .transform((text) => text.replaceAll('\\n', '\n'))
    .optional(),
  provider: z.custom<Provider>((name) => providerOf(String(name)) === name, wrong('provider')).optional(),
  authorizedParties: list.optional(),
  scopeClaims: list.optional(),
  roleClaims: list.optional(),
  requiredClaims: z.custom<RequiredClaims>(isRequiredClaims, wrong('requiredClaims')).optional(),
  algorithms: z
    .array(z.string().refine(isAlgorithm, wrong('algorithms')))
    .min(1)
    .readonly()
    .optional(),
});

const entrySchema = z.preprocess(spellImplied, fields);

/** Adds values that the provider implies and an entry may leave out. */
function spellImplied(entry: unknown): unknown {
  const { provider } = (entry ?? {}) as { readonly provider?: unknown };
  const settings = settingsOf(provider);
  if (!settings) return entry;
  const { issuer, impliesAudience } = settings;
  return {
    ...(impliesAudience && { audience: null }),
    ...(issuer !== undefined && { issuer }),
    ...(entry as object),
  };
}

export type IssuersOutcome =
  { readonly issuers: readonly IssuerConfig[] } | { readonly problems: readonly string[] };

/** Parses AUTH_ISSUERS: a JSON array whose first entry is the primary issuer. */
export function parseIssuers(json: string, allowHttp: readonly string[]): IssuersOutcome {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { problems: ['is wrong; expected a JSON array of { issuer, audience, ... }'] };
  }
  const parsed = z.array(entrySchema).min(1, { error: 'expected at least one issuer' }).safeParse(value);
  if (!parsed.success) return { problems: parsed.error.issues.map(place) };
  const issuers = (parsed.data as readonly IssuerConfig[]).map(completed);
  const problems = issuers.flatMap((entry, index) => [
    ...plainProblems(entry, allowHttp).map(
      ({ address, message }) => `[${String(index)}].${address} ${message}`,
    ),
    ...problemsOf(entry).map((problem) => `[${String(index)}] ${problem}`),
  ]);
  if (new Set(issuers.map(({ issuer }) => issuer)).size < issuers.length)
    problems.push('names one issuer twice');
  return problems.length > 0 ? { problems } : { issuers };
}

function problemsOf(entry: IssuerConfig): readonly string[] {
  const unpinned = isUnpinned(entry)
    ? `has no audience and needs provider, authorizedParties or requiredClaims: ${UNPINNED}`
    : undefined;
  return [keyProblem(entry), unpinned, presetProblem(entry)].filter((problem) => problem !== undefined);
}

function place(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) =>
    typeof part === 'number' ? `[${String(part)}]` : `.${String(part)}`,
  );
  return `${path.join('')} is wrong; ${issue.message}`.trimStart();
}
