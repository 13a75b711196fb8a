import type { Request, RequestHandler } from 'express';
import { InvalidTokenError, type SallyportError } from '../errors';
import { safely, type OnEvent } from '../events';
import { addressKey, addressList } from './address';
import { clientAddress } from './client-address';
import { limiter } from './limiter';
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
 * Reads the count on the way in and adds to it only when a request is refused unproven. In memory on purpose: it guards
 * this process, and must not cost a stranger's request a round trip.
 */
export function limitAddress(limit: number, options: AddressLimitOptions): RequestHandler {
  const exempt = addressList('rateLimit', options.exempt ?? []);
  const store = memoryCounts();
  const key = (request: Request): string => addressKey(clientAddress(request));
  const refuse = limiter({ by: 'address', limit, store, key, emit: safely(options.onEvent) });
  const seen = new WeakSet<Request>();

  return async function limitByAddress(request, response, next) {
    if (seen.has(request) || exempt(clientAddress(request))) {
      next();
      return;
    }
    seen.add(request);
    const address = key(request);
    const used = (await store.get(address))?.totalHits ?? 0;
    if (used >= limit) {
      await refuse(request, response, next);
      return;
    }
    onRefusal(request, async (error) => {
      if (isUnproven(error)) await store.increment(address);
      return undefined;
    });
    next();
  };
}

/** Ours (5xx) and other limits' are never held against a caller, and a good signature makes it the subject's. */
function isUnproven(error: SallyportError): boolean {
  return error.status < 500 && error.status !== 429 && !(error instanceof InvalidTokenError && error.proven);
}
