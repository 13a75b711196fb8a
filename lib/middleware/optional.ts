import type { Request, RequestHandler } from 'express';
import { bearer } from '../credentials/bearer';
import type { Extractor } from '../credentials/extractor';
import { safely, type OnEvent } from '../events';
import { passageOf } from '../passage/passage';
import type { Possession } from '../passage/possession';
import { setGuest } from '../passage/proof';

/**
 * The chain for routes that also serve guests: a request without any credential is accepted with `req.auth` undefined,
 * and counts towards no rate limit, since nothing is verified. All others pass the chain.
 */
export function optional(
  chain: RequestHandler,
  credentials: readonly Extractor[],
  onEvent: OnEvent | undefined,
  possession: Possession | undefined,
): RequestHandler {
  const tell = onEvent && safely(onEvent);
  // A token under the scheme Bearer, where that is not accepted, is an invalid credential, and not a guest.
  const isDropped = possession?.schemes.every(({ name }) => name !== 'Bearer') ?? false;
  const seen = isDropped ? [...credentials, bearer()] : credentials;

  return function serveGuestsToo(request, response, next) {
    if (hasCredential(request, seen)) {
      void chain(request, response, next);
      return;
    }
    passageOf(request).schemes = possession?.schemes;
    setGuest(request, tell);
    next();
  };
}

/** True also for a malformed credential, so that the chain refuses and counts it. */
function hasCredential(request: Request, credentials: readonly Extractor[]): boolean {
  try {
    return credentials.some((extract) => extract(request) !== undefined);
  } catch {
    return true;
  }
}
