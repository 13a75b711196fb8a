import { parseIssuers } from './issuer-entries';
import { EXPECTED, isUnpinned, keyProblem, UNPINNED, type IssuerConfig } from './issuers';
import { plainProblems } from './plain-http';
import { completed, presetProblem, settingsOf } from './providers';
import type { Problem } from './tls';
import type { Variables } from './variables';

/** Variables for a single issuer, each with the prefix `AUTH_`. */
const SINGLE = [
  'ISSUER',
  'AUDIENCE',
  'JWKS_URI',
  'PUBLIC_KEY',
  'PROVIDER',
  'AUTHORIZED_PARTIES',
  'REQUIRED_CLAIMS',
  'SCOPE_CLAIMS',
  'ROLE_CLAIMS',
  'ALGORITHMS',
] as const;

/** The issuers of AUTH_ISSUERS, or the one of the single variables. Adds problems across variables to `problems`. */
export function chooseIssuers(
  values: Variables,
  given: Record<string, string>,
  problems: Problem[],
): readonly IssuerConfig[] {
  if (values.AUTH_ISSUERS === undefined) return singleIssuer(values, given, problems);
  for (const name of SINGLE) {
    if (given[`AUTH_${name}`] === undefined) continue;
    problems.push({
      variable: `AUTH_${name}`,
      message: 'belongs in the entries of AUTH_ISSUERS when that is set',
    });
  }
  const outcome = parseIssuers(values.AUTH_ISSUERS, values.AUTH_ALLOW_HTTP);
  if ('issuers' in outcome) return outcome.issuers;
  problems.push(...outcome.problems.map((message) => ({ variable: 'AUTH_ISSUERS', message })));
  return [];
}

const PINS = ['AUTH_PROVIDER', 'AUTH_AUTHORIZED_PARTIES', 'AUTH_REQUIRED_CLAIMS'] as const;

function singleIssuer(
  values: Variables,
  given: Record<string, string>,
  problems: Problem[],
): readonly IssuerConfig[] {
  const missing = (variable: string, expected: string) => {
    if (given[variable] === undefined)
      problems.push({ variable, message: `is missing; expected ${expected}` });
  };
  const provider = settingsOf(values.AUTH_PROVIDER);
  if (provider?.issuer === undefined)
    missing('AUTH_ISSUER', `${EXPECTED.issuer}; or several issuers in AUTH_ISSUERS`);
  if (!provider?.impliesAudience) missing('AUTH_AUDIENCE', EXPECTED.audience);
  const isWhole = problems.length === 0;
  const entry = completed({
    audience: values.AUTH_AUDIENCE?.audience ?? null,
    ...(values.AUTH_ISSUER !== undefined && { issuer: values.AUTH_ISSUER }),
    ...(values.AUTH_ALGORITHMS && { algorithms: values.AUTH_ALGORITHMS }),
    ...(values.AUTH_JWKS_URI !== undefined && { jwksUri: values.AUTH_JWKS_URI }),
    ...(values.AUTH_PUBLIC_KEY !== undefined && { publicKey: values.AUTH_PUBLIC_KEY }),
    ...(values.AUTH_PROVIDER && { provider: values.AUTH_PROVIDER }),
    ...(values.AUTH_REQUIRED_CLAIMS && { requiredClaims: values.AUTH_REQUIRED_CLAIMS }),
    ...(values.AUTH_SCOPE_CLAIMS && { scopeClaims: values.AUTH_SCOPE_CLAIMS }),
    ...(values.AUTH_ROLE_CLAIMS && { roleClaims: values.AUTH_ROLE_CLAIMS }),
    ...(values.AUTH_AUTHORIZED_PARTIES && { authorizedParties: values.AUTH_AUTHORIZED_PARTIES }),
  });
  for (const { address, message } of plainProblems(entry, values.AUTH_ALLOW_HTTP)) {
    problems.push({ variable: address === 'issuer' ? 'AUTH_ISSUER' : 'AUTH_JWKS_URI', message });
  }
  const misfit = isWhole ? presetProblem(entry) : undefined;
  if (misfit !== undefined) problems.push({ variable: 'AUTH_PROVIDER', message: misfit });
  const problem = keyProblem(entry);
  if (problem !== undefined) problems.push({ variable: 'AUTH_PUBLIC_KEY', message: problem });
  // An invalid one is in `problems` already.
  const pinned = PINS.some((name) => given[name] !== undefined);
  if (values.AUTH_AUDIENCE && isUnpinned(entry) && !pinned) {
    const message = `is none and needs ${PINS.join(' or ')} beside it: ${UNPINNED}. For Clerk: AUTH_PROVIDER=clerk`;
    problems.push({ variable: 'AUTH_AUDIENCE', message });
  }
  return [entry];
}
