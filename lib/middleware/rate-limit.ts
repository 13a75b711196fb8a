import type { RequestHandler } from 'express';
import { isObject, refuseUnknown } from '../options';
import { limitAddress, type AddressLimitOptions } from '../limits/limit-address';
import { limitSubject, type SubjectLimit, type SubjectLimitOptions } from '../limits/limit-subject';

/**
 * Limits refused requests by address, or requests by subject, per minute. Above the limit: 429 `rate_limited` with
 * Retry-After, RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-08).
 *
 * @example
 * app.use('/api', rateLimit({ by: 'address', perMinute: 300 }), authenticate({ verifier }));
 * app.use('/api', rateLimit({ by: 'subject', perMinute: 120 }));
 *
 * @throws {RateLimitedError} 429, passed to the error handler.
 */
export function rateLimit(options: AddressLimitOptions): RequestHandler;
export function rateLimit(options: SubjectLimitOptions): SubjectLimit;
export function rateLimit(options: AddressLimitOptions | SubjectLimitOptions): RequestHandler {
  if (!isObject(options))
    throw new TypeError('rateLimit: give an object of options, such as { by: "address" }');
  switch (options.by) {
    case 'address':
      refuseUnknown('rateLimit', options, ['by', 'perMinute', 'exempt', 'onEvent']);
      return limitAddress(perMinute(options.perMinute ?? 300), options);
    case 'subject':
      refuseUnknown('rateLimit', options, ['by', 'perMinute', 'store', 'onEvent']);
      return limitSubject(perMinute(options.perMinute ?? 120), options);
    default:
      throw new TypeError('rateLimit: "by" must be "address" or "subject"');
  }
}

function perMinute(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1)
    throw new TypeError('rateLimit: "perMinute" must be a whole number from 1');
  return limit;
}
