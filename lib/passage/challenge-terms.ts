import type { Request } from 'express';
import type { ChallengeSchemes, ChallengeTerms } from '../errors';
import { passageOf } from './passage';

const BEARER: ChallengeSchemes = [{ name: 'Bearer' }];

/** What the challenges to a request say alike: what its middlewares have noted of it. */
export function termsOf(request: Request): ChallengeTerms {
  const { schemes = BEARER, resourceMetadata } = passageOf(request);
  const used = schemes.find(({ name }) => isUnder(request, name)) ?? schemes[0];
  return { schemes, used: used.name, ...(resourceMetadata !== undefined && { resourceMetadata }) };
}

/** An adapter without `rawHeaders` may give a list of repeated headers. */
function isUnder({ headers }: Request, scheme: string): boolean {
  const value: unknown = headers.authorization;
  return typeof value === 'string' && value.toLowerCase().startsWith(`${scheme.toLowerCase()} `);
}
