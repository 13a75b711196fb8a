import type { JwtHeader } from '../auth';
import { InvalidTokenError } from '../errors';
import { isAlgorithm, type Algorithm } from '../keys/algorithms';
import { problem, type ClaimProblem } from './claim-rules';
import { typeOf } from './token-type';

/** Each changes how the token must be read (RFC 7515 section 4.1.11, RFC 7797, RFC 7516). None is supported here. */
export const REFUSED_PARAMETERS = ['crit', 'b64', 'enc'];

/** One rule for headers, as `TokenRule` is one for the whole token. */
export interface HeaderRule {
  readonly name: string;
  readonly says: string;
  readonly find: (header: JwtHeader, allowed: ReadonlySet<Algorithm>) => ClaimProblem | undefined;
}

/** The rules for headers. `jku`, `x5u`, `jwk` and `x5c` are never read: an attacker can name their own keys there. */
export const HEADER_RULES: readonly HeaderRule[] = [
  { name: 'alg', says: 'is signed with an algorithm that is allowed', find: checkAlgorithm },
  { name: 'kid', says: 'names its key', find: checkKid },
  { name: 'typ', says: 'is of typ JWT, at+jwt or none', find: checkTyp },
  {
    name: 'header',
    says: `has none of the header parameters ${REFUSED_PARAMETERS.join(', ')}`,
    find: checkParameters,
  },
];

/** The same rules with another one for `typ`, for tokens that are not access tokens. */
export function headerRulesWith(typ: HeaderRule): readonly HeaderRule[] {
  return HEADER_RULES.map((rule) => (rule.find === checkTyp ? typ : rule));
}

export function checkHeader(
  header: JwtHeader,
  allowed: ReadonlySet<Algorithm>,
  rules: readonly HeaderRule[] = HEADER_RULES,
): { readonly alg: Algorithm; readonly kid: string } {
  for (const { find } of rules) {
    const found = find(header, allowed);
    if (found) throw new InvalidTokenError(found.reason, found.detail);
  }
  return header as { alg: Algorithm; kid: string };
}

function checkAlgorithm(header: JwtHeader, allowed: ReadonlySet<Algorithm>): ClaimProblem | undefined {
  const { alg } = header as Record<string, unknown>;
  if (!isAlgorithm(alg) || !allowed.has(alg)) {
    return problem('algorithm', "The token's algorithm is not allowed.");
  }
  return undefined;
}

function checkKid(header: JwtHeader): ClaimProblem | undefined {
  const { kid } = header as Record<string, unknown>;
  if (typeof kid !== 'string' || kid === '') {
    return problem('header', 'The token does not name its key (kid).');
  }
  return undefined;
}

function checkTyp(header: JwtHeader): ClaimProblem | undefined {
  const { typ } = header as Record<string, unknown>;
  if (typ !== undefined && typeOf(header) === undefined) {
    return problem('header', "The token's typ is not that of an access token.");
  }
  return undefined;
}

function checkParameters(header: JwtHeader): ClaimProblem | undefined {
  const refused = REFUSED_PARAMETERS.find((parameter) => Object.hasOwn(header, parameter));
  if (refused) return problem('header', `The token's header parameter ${refused} is not supported.`);
  return undefined;
}
