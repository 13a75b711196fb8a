import type { RateLimitRequestHandler } from 'express-rate-limit';
import type { Request, Response } from 'express';
import { InvalidRequestError, type SallyportError } from '../errors';
import type { Gate } from './gates';
import { countedOutcome } from './limiter';
import { undecided, type Standing } from './undecided';

export interface AddressGateOptions {
  readonly limit: number;
  /** How much of the limit an address has used up. */
  readonly hits: (address: string) => number;
  readonly refuse: RateLimitRequestHandler;
}

/** So many were mounted: their order, see `Gate`. */
let mounted = 0;

/** Lets in as many requests of an address as may all prove bad without passing the limit; others wait their turn. */
export function addressGate({ limit, hits, refuse }: AddressGateOptions) {
  const judged = undecided(limit, hits);
  const order = (mounted += 1);

  return function gateOf(address: string, request: Request, response: Response): Gate {
    const enter: Gate['enter'] = () => {
      const standing = judged.admit(address, request, response);
      return standing === 'admitted' ? undefined : outcomeOf(standing);
    };
    const outcomeOf = async (standing: Standing | Promise<Standing>): Promise<SallyportError | undefined> => {
      switch (await standing) {
        case 'admitted':
          return undefined;
        case 'gone':
          return new InvalidRequestError('The connection ended before the request was judged.');
        case 'spent':
          // Without a refusal the minute has just ended, and the next one has begun.
          return (await countedOutcome(refuse, request, response)) ?? enter();
      }
    };
    const leave = (): void => {
      judged.decide(address);
    };
    return { order, enter, leave };
  };
}
