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

function isUnder({ headers }: Request, scheme: string): boolean {
  const start = headers.authorization?.slice(0, scheme.length + 1).toLowerCase();
  return start === `${scheme.toLowerCase()} `;
}
