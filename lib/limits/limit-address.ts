import type { RequestHandler } from 'express';
import type { OnEvent } from '../events';
import { passageOf } from '../passage/passage';
import { withLimit } from '../passage/limits';
import { addressGate } from './address-gate';
import { addressKey, addressList } from './address';
import { clientAddress } from './client-address';
import { limiter } from './limiter';
import { memoryCounts } from './memory-counts';

export interface AddressLimitOptions {
  /**
   * Rate limit of unauthenticated requests, applied before any cryptography. Counts only requests that are refused without
   * valid credentials, so a web server that sends the requests of all its users from one address is not limited.
   */
  readonly by: 'address';
  /** Refusals per minute. Default 300. */
  readonly perMinute?: number;
  /** Addresses and CIDR ranges that are never limited. */
  readonly exempt?: readonly string[];
  readonly onEvent?: OnEvent;
}

/**
 * Reads the count when a request arrives, and adds to it only when the request is refused as unauthenticated. Requests
 * that are being verified count as well, and further ones wait for them, so that a burst cannot exceed the limit. The
 * counts are in memory on purpose: they protect this process, and an unauthenticated request must not cost a round trip.
 */
export function limitAddress(limit: number, options: AddressLimitOptions): RequestHandler {
  const exempt = addressList('rateLimit', options.exempt ?? []);
  const store = memoryCounts();
  const refuse = limiter({ by: 'address', limit, store, onEvent: options.onEvent });
  const gateOf = addressGate({ limit, store, refuse });

  return function limitByAddress(request, response, next) {
    const passage = passageOf(request);
    const client = clientAddress(request);
    if (exempt(client) || !passage.countOnce(limitByAddress)) {
      next();
      return;
    }
    const address = addressKey(client);
    // No refusal: the window of one minute has just ended.
    const refusal = store.hits(address) >= limit ? refuse(address, request, response) : undefined;
    if (refusal) {
      next(refusal);
      return;
    }
    passage.limits = withLimit(passage.limits, gateOf(address));
    next();
  };
}
