import type { Request, Response } from 'express';
import { InvalidRequestError, type SallyportError } from '../errors';
import { nextOrder, type Limit } from '../passage/limits';
import type { Count } from './limiter';
import type { MemoryCounts } from './memory-counts';
import { refusedSubject } from './refused-subject';
import { undecided, type Standing, type Undecided } from './undecided';

export interface AddressGateOptions {
  readonly limit: number;
  /** How much of the limit an address has used up. */
  readonly store: Pick<MemoryCounts, 'hits' | 'hit'>;
  readonly refuse: Count;
}

/** Admits as many requests of an address as may all fail without exceeding the limit; others wait in order. */
export function addressGate({ limit, store, refuse }: AddressGateOptions) {
  const judged = undecided(limit, (address) => store.hits(address));
  const gate: GateOfAll = { order: nextOrder(), judged, store, refuse };

  return function gateOf(address: string): Limit {
    return new AddressGate(gate, address);
  };
}

/** What all requests have in common. */
interface GateOfAll {
  readonly order: number;
  readonly judged: Undecided;
  readonly store: AddressGateOptions['store'];
  readonly refuse: Count;
}

/** A class, since each request has one of its own. Holds no request: see `Passage`. */
class AddressGate implements Limit {
  constructor(
    private readonly gate: GateOfAll,
    private readonly address: string,
  ) {}

  get order(): number {
    return this.gate.order;
  }

  enter(request: Request, response: Response): Promise<SallyportError | undefined> | undefined {
    const standing = this.gate.judged.admit(this.address, request, response);
    return standing === 'admitted' ? undefined : this.outcomeOf(standing, request, response);
  }

  leave(): void {
    this.gate.judged.decide(this.address);
  }

  admit(): undefined {
    return undefined;
  }

  refused(error: SallyportError): undefined {
    if (isUnproven(error)) this.gate.store.hit(this.address);
    return undefined;
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
        return (await this.gate.refuse(this.address, request, response)) ?? this.enter(request, response);
    }
  }
}

/**
 * Other limits' are never held against a caller, nor ours (5xx) unless the caller caused them; a good signature makes it the
 * subject's.
 */
function isUnproven(error: SallyportError): boolean {
  const isTheirs = error.status < 500 || error.causedByCaller === true;
  return isTheirs && error.status !== 429 && !refusedSubject(error);
}
