import cors, { type CorsOptions } from 'cors';
import type { RequestHandler } from 'express';

/** What a page may send. X-API-Key too, though a page that holds a key shows it to whoever opens it. */
const ALLOWED_HEADERS = [
  'Authorization',
  'X-API-Key',
  'Content-Type',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
  'traceparent',
];
/** What a page may read beside the few headers that each may (Fetch standard, section 3.2.3). */
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
 * Lets the pages of these origins call from a browser, refusals and outages included. Any other origin is told nothing,
 * and its preflight is the 405 that every other OPTIONS is. No cookies: whoever calls has to hold a credential.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const known = new Set(origins);
  const answer = cors((request, done) => {
    const isPreflight = request.headers['access-control-request-method'] !== undefined;
    done(null, optionsFor(request.headers.origin, isPreflight));
  });

  return function allowOrigins(request, response, next) {
    // Also where nothing is allowed: a cache must not give one origin's answer to another.
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

/** Of the answer to bytes that the parser refused, whose headers nobody has read. */
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
