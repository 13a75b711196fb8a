import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { RequestHandler, Response } from 'express';
import { isKnown } from '../modules/etag';

/** Scripts, styles, images and requests of this origin only; Swagger UI's styles contain small images (data: URLs). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

/** Browsers may store it, but must revalidate it each time; an unchanged file is answered 304. */
function prepare(response: Response, mediaType: string, revision: string): void {
  response.set({ 'Content-Type': mediaType, 'Cache-Control': 'no-cache', ETag: `"${revision}"` });
}

/** Sends this text. `page`: set the policy for a page that a browser shows, with its own scripts. */
export function sendText(text: string, mediaType: string, { page = false } = {}): RequestHandler {
  const revision = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return function sendIt(request, response) {
    prepare(response, mediaType, revision);
    if (page) response.set('Content-Security-Policy', POLICY);
    if (isKnown(request.headers['if-none-match'], revision)) response.status(304).end();
    else response.send(text);
  };
}

/**
 * Sends a file of swagger-ui-dist from disk, since it is large and seldom requested. `path` never comes from a request.
 */
export function sendSwaggerFile(path: string, mediaType: string): RequestHandler {
  const revision = `swagger-ui-${swaggerVersion()}`;
  const root = dirname(path);
  const options = {
    root,
    dotfiles: 'allow',
    acceptRanges: false,
    cacheControl: false,
    lastModified: false,
  } as const;
  return function sendIt(request, response, next) {
    prepare(response, mediaType, revision);
    if (isKnown(request.headers['if-none-match'], revision)) response.status(304).end();
    else
      response.sendFile(basename(path), options, (error?: unknown) => {
        if (error !== undefined && !response.headersSent) next(error);
      });
  };
}

/** The version of swagger-ui-dist, for ETags: modification times are those of the installation. */
function swaggerVersion(): string {
  const { version } = JSON.parse(readFileSync(require.resolve('swagger-ui-dist/package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
