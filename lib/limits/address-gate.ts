import type { Request, Response } from 'express';
import { InvalidRequestError, type SallyportError } from '../errors';
import { nextOrder, type Limit } from '../passage/limits';
import type { Count } from './limiter';
import type { MemoryCounts } from './memory-counts';
import { refusedSubject } from './refused-subject';
import { undecided, type Standing, type Undecided } from './undecided';

export interface AddressGateOptions {
  readonly limit: number;
  /** Counts the refusals of each address. */
  readonly store: Pick<MemoryCounts, 'hits' | 'hit'>;
  readonly refuse: Count;
}

/** Admits only as many requests of an address as could all fail without exceeding the limit; others wait in order. */
export function addressGate({ limit, store, refuse }: AddressGateOptions) {
  const judged = undecided(limit, (address) => store.hits(address));
  const gate: GateOfAll = { order: nextOrder(), judged, store, refuse };

  return function gateOf(address: string): Limit {
    return new AddressGate(gate, address);
  };
}

/** Shared by all requests. */
interface GateOfAll {
  readonly order: number;
  readonly judged: Undecided;
  readonly store: AddressGateOptions['store'];
  readonly refuse: Count;
}

/** A class, since one is created per request. Must not hold the request: see `Passage`. */
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
        // No refusal: the window of one minute has just ended, so the request is tried in the new one.
        return (await this.gate.refuse(this.address, request, response)) ?? this.enter(request, response);
    }
  }
}

/**
 * Whether a refusal counts against the address. Refusals by another limit (429) do not, nor errors on our side (5xx)
 * unless the caller caused them; after a valid signature the refusal counts against the subject.
 */
function isUnproven(error: SallyportError): boolean {
  const isTheirs = error.status < 500 || error.causedByCaller === true;
  return isTheirs && error.status !== 429 && !refusedSubject(error);
}
