import cors, { type CorsOptions } from 'cors';
import type { RequestHandler } from 'express';

/**
 * Headers that pages may send. Includes X-API-Key, although a page with a key shows it to everybody who opens the page.
 */
const ALLOWED_HEADERS = [
  'Authorization',
  'X-API-Key',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
  'traceparent',
];
/** Headers that pages may read, besides the safelisted ones (Fetch standard, section 3.2.3). */
const EXPOSED_HEADERS = [
  'ETag',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];
const METHODS = ['GET', 'HEAD', 'POST', 'DELETE'];
const PREFLIGHT_SECONDS = 600;

/**
 * Allows pages of these origins to call from a browser and to read errors as well. For any other origin no CORS headers
 * are set, and a preflight is answered 405 like every other OPTIONS. Cookies are not allowed: callers need a credential
 * in a header.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const known = new Set(origins);
  const answer = cors((request, done) => {
    const isPreflight = request.headers['access-control-request-method'] !== undefined;
    done(null, optionsFor(request.headers.origin, isPreflight));
  });

  return function allowOrigins(request, response, next) {
    // Even if the origin is not allowed, so that no cache gives one origin's answer to another.
    response.vary('Origin');
    const { origin } = request.headers;
    if (origin !== undefined && known.has(origin)) answer(request, response, next);
    else next();
  };
}

function optionsFor(origin: string | undefined, isPreflight: boolean): CorsOptions {
  return {
    ...(origin !== undefined && { origin }),
    methods: METHODS,
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
    preflightContinue: !isPreflight,
  };
}

/** CORS header lines for the answer to a request that the HTTP parser refused, with the origin read from its bytes. */
export function crossOriginLines(origins: readonly string[], bytes: Buffer | undefined): readonly string[] {
  if (origins.length === 0) return [];
  const sent = /^origin:[ \t]*(\S+)[ \t]*\r?$/im.exec(bytes?.toString('latin1') ?? '')?.[1];
  const allowed = origins.filter((origin) => origin === sent).flatMap(linesFor);
  return ['Vary: Origin', ...allowed];
}

function linesFor(origin: string): string[] {
  return [
    `Access-Control-Allow-Origin: ${origin}`,
    `Access-Control-Expose-Headers: ${EXPOSED_HEADERS.join(',')}`,
  ];
}
