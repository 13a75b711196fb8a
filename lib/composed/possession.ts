import type * as Dpop from '../dpop';
import type { Possession } from '../passage/possession';
import type { AnyOptions } from '../sallyport-options';

/** How bound tokens are proven, where the options ask for it. Only then is what proves them loaded. */
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
