import type { RequestHandler } from 'express';
import type { Auth, JwtPayload } from '../auth';
import { InsufficientAuthenticationError, TokenRequiredError } from '../errors';
import { DEFAULT_CLOCK_TOLERANCE, refuseUnknown } from '../options';
import { authOf } from '../passage/proof';
import { guard } from './guard';

/** At least one of `maxAgeSeconds` and `acr` is required. */
export interface RequireFreshOptions {
  /** Greatest number of seconds since the user authenticated: a whole number from 1. Default: not checked. */
  readonly maxAgeSeconds?: number;
  /** The required authentication context class (`acr`), or several of which one is enough. Default: not checked. */
  readonly acr?: string | readonly string[];
  /** Seconds by which clocks may differ. Default 5; for `port.requireFresh` the greatest of its issuers. */
  readonly clockTolerance?: number;
}

/**
 * Step-up authentication (RFC 9470): accepts only callers whose user authenticated recently enough, and with a required
 * `acr`. Others get 401 `insufficient_authentication`, with a challenge that says what is required (section 3). An API
 * key gets 403 `token_required`, since no user signs in with it.
 *
 * The time is `auth_time` (OpenID Connect Core section 2), or, if a token has none, Clerk's `fva`: how many minutes
 * before the token was issued the first factor was verified. With `maxAgeSeconds`, a token that has neither is refused.
 *
 * @throws {TypeError} at mount, for an option that is unknown or malformed, or where neither age nor `acr` is given.
 *
 * @example
 * app.post('/transfers', port, requireFresh({ maxAgeSeconds: 600 }), transfer);
 * app.delete('/account', port, requireFresh({ maxAgeSeconds: 300, acr: ['phr', 'phrh'] }), removeAccount);
 */
export function requireFresh(options: RequireFreshOptions): RequestHandler {
  return freshGuard(options, DEFAULT_CLOCK_TOLERANCE);
}

/** `tolerance`: the default of `clockTolerance`, in seconds. */
export function freshGuard(options: RequireFreshOptions, tolerance: number): RequestHandler {
  refuseUnknown('requireFresh', options, ['maxAgeSeconds', 'acr', 'clockTolerance']);
  const { maxAgeSeconds, clockTolerance = tolerance } = options;
  const acr = classesOf(options.acr);
  if (maxAgeSeconds === undefined && acr === undefined) throw misuse('give "maxAgeSeconds", "acr" or both');
  if (maxAgeSeconds !== undefined && !(Number.isInteger(maxAgeSeconds) && maxAgeSeconds > 0))
    throw misuse('"maxAgeSeconds" must be a whole number from 1');
  if (!(Number.isFinite(clockTolerance) && clockTolerance >= 0))
    throw misuse('"clockTolerance" must be seconds, from 0');
  const enough = {
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    ...(acr && { acr }),
  };

  const isRecent = ({ payload }: Auth): boolean => {
    if (maxAgeSeconds === undefined) return true;
    const now = Date.now() / 1000;
    const time = authenticatedAt(payload);
    return time <= now + clockTolerance && now - time <= maxAgeSeconds + clockTolerance;
  };
  const isStrong = ({ payload }: Auth): boolean => acr?.some((name) => name === payload['acr']) ?? true;

  return guard((request) => {
    const auth = authOf(request);
    if (auth.kind !== 'token') throw new TokenRequiredError();
    if (!isRecent(auth) || !isStrong(auth)) throw new InsufficientAuthenticationError(enough);
  });
}

/** Seconds since the epoch. NaN, for which every comparison is false, if the token has no time. */
function authenticatedAt({ auth_time: authTime, fva, iat }: JwtPayload): number {
  if (authTime !== undefined) return typeof authTime === 'number' ? authTime : NaN;
  const minutes: unknown = Array.isArray(fva) ? fva[0] : undefined;
  // -1 means that the factor was never verified.
  if (typeof minutes !== 'number' || minutes < 0 || iat === undefined) return NaN;
  return iat - minutes * 60;
}

function classesOf(acr: unknown): readonly string[] | undefined {
  if (acr === undefined) return undefined;
  const names: unknown = typeof acr === 'string' ? [acr] : acr;
  const valid =
    Array.isArray(names) &&
    names.length > 0 &&
    names.every((name) => typeof name === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name));
  if (!valid) throw misuse('"acr" must name one class or more, each without spaces or quotes');
  return names as string[];
}

function misuse(expected: string): TypeError {
  return new TypeError(`requireFresh: ${expected}`);
}
