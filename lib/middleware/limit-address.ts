import type { Request, RequestHandler } from 'express';
import { InvalidTokenError, type SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { addressGate } from './address-gate';
import { addressKey, addressList } from './address';
import { clientAddress } from './client-address';
import { addGate } from './gates';
import { countedOutcome, limiter } from './limiter';
import { memoryCounts } from './memory-counts';
import { onRefusal } from './refusals';

export interface AddressLimitOptions {
  /**
   * Guards this process from strangers, before any cryptography. Counts only refusals of requests that prove nothing, when
   * they happen: a web server that sends all its users from one address is never in its own way.
   */
  readonly by: 'address';
  /** Refusals per minute. Default 300. */
  readonly perMinute?: number;
  /** Addresses and CIDR ranges that are never limited. */
  readonly exempt?: readonly string[];
  readonly onEvent?: OnEvent;
}

/**
 * Reads the count on the way in and adds to it only when a request is refused unproven. Lest a burst outrun the count,
 * those that are being judged fill up the limit too, and more than that wait their turn. In memory on purpose: it guards
 * this process, and must not cost a stranger's request a round trip.
 */
export function limitAddress(limit: number, options: AddressLimitOptions): RequestHandler {
  const exempt = addressList('rateLimit', options.exempt ?? []);
  const store = memoryCounts();
  const key = (request: Request): string => addressKey(clientAddress(request));
  const refuse = limiter({ by: 'address', limit, store, key, emit: safely(options.onEvent) });
  const gateOf = addressGate({ limit, hits: (address) => store.hits(address), refuse });
  const seen = new WeakSet<Request>();

  return function limitByAddress(request, response, next) {
    const client = clientAddress(request);
    if (seen.has(request) || exempt(client)) {
      next();
      return;
    }
    seen.add(request);
    const address = addressKey(client);
    if (store.hits(address) >= limit) {
      void countedOutcome(refuse, request, response).then(next);
      return;
    }
    onRefusal(request, async (error) => {
      if (isUnproven(error)) await store.increment(address);
      return undefined;
    });
    addGate(request, gateOf(address, request, response));
    next();
  };
}

/** Ours (5xx) and other limits' are never held against a caller, and a good signature makes it the subject's. */
function isUnproven(error: SallyportError): boolean {
  return error.status < 500 && error.status !== 429 && !(error instanceof InvalidTokenError && error.proven);
}
