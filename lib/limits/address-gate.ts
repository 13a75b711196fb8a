import type { Request, Response } from 'express';
import { InvalidRequestError, type SallyportError } from '../errors';
import type { Gate } from '../passage/gates';
import type { Count } from './limiter';
import { undecided, type Standing, type Undecided } from './undecided';

export interface AddressGateOptions {
  readonly limit: number;
  /** How much of the limit an address has used up. */
  readonly hits: (address: string) => number;
  readonly refuse: Count;
}

/** How many gates were mounted: gives each its place in the order, see `Gate`. */
let mounted = 0;

/** Admits as many requests of an address as may all fail without exceeding the limit; others wait in order. */
export function addressGate({ limit, hits, refuse }: AddressGateOptions) {
  const judged = undecided(limit, hits);
  const order = (mounted += 1);

  return function gateOf(address: string): Gate {
    return new AddressGate(order, judged, refuse, address);
  };
}

/** A class, since each request has one of its own. Holds no request: see `Passage`. */
class AddressGate implements Gate {
  constructor(
    readonly order: number,
    private readonly judged: Undecided,
    private readonly refuse: Count,
    private readonly address: string,
  ) {}

  enter(request: Request, response: Response): Promise<SallyportError | undefined> | undefined {
    const standing = this.judged.admit(this.address, request, response);
    return standing === 'admitted' ? undefined : this.outcomeOf(standing, request, response);
  }

  leave(): void {
    this.judged.decide(this.address);
  }

  private async outcomeOf(
    standing: Standing | Promise<Standing>,
    request: Request,
    response: Response,
  ): Promise<SallyportError | undefined> {
    switch (await standing) {
      case 'admitted':
        return undefined;
      case 'gone':
        return new InvalidRequestError('The connection ended before the request was judged.');
      case 'spent':
        // Without a refusal the minute has just ended, and the next one has begun.
        return (await this.refuse(this.address, request, response)) ?? this.enter(request, response);
    }
  }
}
