import type { JwtPayload } from '../../auth';
import { refuseIdToken } from '../../issuers/id-token';
import type { GivenOptions } from '../given-options';
import { issuerMend } from '../words/issuer-words';
import type { Remedy } from '../words/remedy';
import { cut, safeJson } from '../words/safe-text';
import { readableTime } from '../words/times';
import type { Finding } from './finding';

const MAX_VALUE = 200;

/** What the explanation of a broken rule needs. */
export interface About {
  readonly payload: JwtPayload;
  readonly alg: unknown;
  readonly given: GivenOptions;
  readonly now: number;
}

/** Explains how a rule is broken, with the received and the expected value, and how to fix it. */
export function remedyOf({ rule, why = '' }: Finding, { payload, alg, given, now }: About): Remedy {
  const said = why.replace(/\.$/, '');
  const value = (name: string): string => (payload[name] === undefined ? 'missing' : shown(payload[name]));
  switch (rule) {
    case 'iss':
      return issuerRemedy(payload, given, said);
    case 'aud':
      return {
        says: `The token's aud is ${value('aud')} and you configured ${JSON.stringify(given.audience)}`,
        mend: isIdToken(payload)
          ? 'this is an ID token, which is for the client itself, so send the access token'
          : 'ask the issuer for a token for your API, or configure that audience if it is your API',
      };
    case 'azp':
      return {
        says: `The token's azp is ${value('azp')} and you configured ${JSON.stringify(given.authorizedParties)}`,
        mend: 'add that party if its front end is yours',
      };
    case 'exp':
      return {
        says: `The token expired at ${readableTime(payload.exp, now) ?? value('exp')}`,
        mend: 'get a new one; if it is new, compare the clocks',
      };
    case 'nbf':
    case 'iat':
      return {
        says: `${said}, since its ${rule} is ${readableTime(payload[rule], now) ?? value(rule)}`,
        mend: 'compare the clocks',
      };
    case 'alg':
      return {
        says: `The token's alg is ${shown(alg ?? null)} and you allow ${(given.algorithms ?? ['RS256']).join(', ')}`,
        mend: 'allow it if your issuer signs so; none and HS* cannot be allowed',
      };
    case 'key':
      return {
        says: said,
        mend: 'check that the token is from this environment and realm, and that the issuer has not removed its key',
      };
    default:
      return { says: said };
  }
}

/**
 * Recognized by claims of OpenID Connect, Keycloak and Cognito: an API configured with its audience would accept such
 * tokens.
 */
function isIdToken(payload: JwtPayload): boolean {
  const { typ, token_use: use } = payload;
  return typ === 'ID' || use === 'id' || refuseIdToken(payload) !== undefined;
}

function issuerRemedy({ iss }: JwtPayload, { issuer = '' }: GivenOptions, said: string): Remedy {
  if (typeof iss !== 'string') return { says: said };
  return {
    says: `The token's iss is ${shown(iss)} and you configured "${issuer}"`,
    mend: issuerMend(issuer, iss),
  };
}

function shown(value: unknown): string {
  return cut(safeJson(value), MAX_VALUE);
}
