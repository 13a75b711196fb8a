import type * as Dpop from '../dpop';
import type { Possession } from '../passage/possession';
import type { AnyOptions } from '../sallyport-options';

/** Checks possession of the key of bound tokens, if an option asks for it. Only then is `sallyport/dpop` loaded. */
export function possessionOf({ dpop, replays, certificate, onEvent }: AnyOptions): Possession | undefined {
  if (dpop === undefined && certificate === undefined) return undefined;
  const { possession } = require('../dpop/index') as typeof Dpop;
  return possession({
    ...(dpop !== undefined && { dpop }),
    ...(replays && { replays }),
    ...(certificate && { certificate }),
    ...(onEvent && { onEvent }),
  });
}
