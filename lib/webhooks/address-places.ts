import type { Request } from 'express';
import { addressKey, addressList } from '../limits/address';
import { clientAddress } from '../limits/client-address';
import { TooManyWebhooksError } from './errors';

const AT_ONCE = 10;

export interface AddressPlacesOptions {
  /** The middleware whose option this is. */
  readonly room: string;
  /** Addresses and CIDR ranges that may take any number. */
  readonly exempt: readonly string[];
  /** Seconds after which a place is free again at the latest. */
  readonly retryAfter: number;
}

/** Takes one of ten places of the request's address and returns how to give it back. Throws `TooManyWebhooksError`. */
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
