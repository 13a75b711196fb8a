import type { Request } from 'express';
import { addressKey, addressList } from '../limits/address';
import { clientAddress } from '../limits/client-address';
import { TooManyWebhooksError } from './errors';

const AT_ONCE = 10;

export interface AddressPlacesOptions {
  /** The name of the middleware, for error messages. */
  readonly room: string;
  /** Addresses and CIDR ranges without a limit. */
  readonly exempt: readonly string[];
  /** Seconds after which a place is free again at the latest: the timeout of the body. */
  readonly retryAfter: number;
}

/** Limits concurrent requests to ten per address. Returns how to release the place; throws `TooManyWebhooksError`. */
export function addressPlaces({
  room,
  exempt,
  retryAfter,
}: AddressPlacesOptions): (request: Request) => () => void {
  const isExempt = addressList(room, exempt);
  const taken = new Map<string, { count: number }>();

  return function takePlace(request) {
    const address = clientAddress(request);
    if (isExempt(address)) return () => undefined;
    const key = addressKey(address);
    const places = taken.get(key) ?? { count: 0 };
    if (places.count >= AT_ONCE) throw new TooManyWebhooksError(AT_ONCE, retryAfter);
    places.count += 1;
    taken.set(key, places);
    return () => {
      places.count -= 1;
      if (places.count === 0) taken.delete(key);
    };
  };
}
