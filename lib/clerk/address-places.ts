import type { Request } from 'express';
import { addressKey, addressList } from '../limits/address';
import { clientAddress } from '../limits/client-address';
import { TooManyWebhooksError } from './errors';

const AT_ONCE = 10;

export interface AddressPlacesOptions {
  /** Addresses and CIDR ranges that may take any number. */
  readonly exempt: readonly string[];
  /** Seconds after which a place is free again at the latest. */
  readonly retryAfter: number;
}

/** Takes one of ten places of the request's address and returns how to give it back. Throws `TooManyWebhooksError`. */
export function addressPlaces({
  exempt,
  retryAfter,
}: AddressPlacesOptions): (request: Request) => () => void {
  const isExempt = addressList('clerkWebhook', exempt);
  const taken = new Map<string, number>();

  return function takePlace(request) {
    const address = clientAddress(request);
    if (isExempt(address)) return () => undefined;
    const key = addressKey(address);
    const before = taken.get(key) ?? 0;
    if (before >= AT_ONCE) throw new TooManyWebhooksError(AT_ONCE, retryAfter);
    taken.set(key, before + 1);
    return () => {
      const left = (taken.get(key) ?? 1) - 1;
      if (left > 0) taken.set(key, left);
      else taken.delete(key);
    };
  };
}
