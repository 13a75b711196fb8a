import type { Request, RequestHandler } from 'express';
import { bearer } from '../credentials/bearer';
import type { Extractor } from '../credentials/extractor';
import { safely, type OnEvent } from '../events';
import { passageOf } from '../passage/passage';
import type { Possession } from '../passage/possession';
import { setGuest } from '../passage/proof';

/**
 * The chain for routes that serve guests too: a request without any credential passes with `req.auth` undefined, and counts
 * towards no rate limit, since nothing is verified. All others go through the chain.
 */
export function optional(
  chain: RequestHandler,
  credentials: readonly Extractor[],
  onEvent: OnEvent | undefined,
  possession: Possession | undefined,
): RequestHandler {
  const tell = onEvent && safely(onEvent);
  // A token under the scheme that is no longer accepted is a credential all the same, and a bad one.
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

/** What is malformed is a credential all the same: the chain refuses it, and counts it. */
function hasCredential(request: Request, credentials: readonly Extractor[]): boolean {
  try {
    return credentials.some((extract) => extract(request) !== undefined);
  } catch {
    return true;
  }
}
