import type { Request } from 'express';
import type { ChallengeSchemes, ChallengeTerms } from '../errors';
import { passageOf } from './passage';

const BEARER: ChallengeSchemes = [{ name: 'Bearer' }];

/** The parts that all challenges (WWW-Authenticate) to a request share, as its middlewares have noted them. */
export function termsOf(request: Request): ChallengeTerms {
  const { schemes = BEARER, resourceMetadata } = passageOf(request);
  const used = schemes.find(({ name }) => isUnder(request, name)) ?? schemes[0];
  return { schemes, used: used.name, ...(resourceMetadata !== undefined && { resourceMetadata }) };
}

/** Checked, since adapters without `rawHeaders` may give repeated headers as a list. */
function isUnder({ headers }: Request, scheme: string): boolean {
  const value: unknown = headers.authorization;
  return typeof value === 'string' && value.toLowerCase().startsWith(`${scheme.toLowerCase()} `);
}
