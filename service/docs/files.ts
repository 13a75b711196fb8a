import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { RequestHandler, Response } from 'express';
import { isKnown } from '../modules/etag';

/** Nothing that runs, is shown or is asked for comes from elsewhere; Swagger UI's styles have small images in them. */
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

/** For browsers: kept, and asked for again each time, which is answered with 304. */
function prepare(response: Response, mediaType: string, revision: string): void {
  response.set({ 'Content-Type': mediaType, 'Cache-Control': 'no-cache', ETag: `"${revision}"` });
}

/** Answers with this very text. `page`: a browser shows it, and may run what belongs to it. */
export function sendText(text: string, mediaType: string, { page = false } = {}): RequestHandler {
  const revision = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return function sendIt(request, response) {
    prepare(response, mediaType, revision);
    if (page) response.set('Content-Security-Policy', POLICY);
    if (isKnown(request.headers['if-none-match'], revision)) response.status(304).end();
    else response.send(text);
  };
}

/** A file of swagger-ui-dist, from the disk: it is large, and seldom asked for. Its name is none that a caller gave. */
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

/** Names its files' states: their times are those of the installation. */
function swaggerVersion(): string {
  const { version } = JSON.parse(readFileSync(require.resolve('swagger-ui-dist/package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
