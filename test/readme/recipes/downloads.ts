import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type Express, type RequestHandler } from 'express';
import createError from 'http-errors';
import { sallyport, type OptionsWithoutUsers } from 'sallyport';

const LINK_SECONDS = 60;

/**
 * Links for <a href> and <img src>, which send no header. A signed link opens one file for a minute; a token in a query would
 * open everything for as long as it lives, and would stand in logs and histories.
 */
export function createApp(options: OptionsWithoutUsers, secret: string): Express {
  const port = sallyport(options);
  const app = express();
  app.use('/links', port);
  app.post('/links/:name', (request, response) => {
    // Here decide whether this caller (authOf(request)) may read this file.
    const path = `/files/${encodeURIComponent(request.params.name)}`;
    const expires = Math.floor(Date.now() / 1000) + LINK_SECONDS;
    response.json({ url: `${path}?expires=${expires}&signature=${signatureOf(secret, path, expires)}` });
  });
  app.get('/files/:name', signedLink(secret), (request, response) => {
    response.set('Cache-Control', 'private, no-store').type('text').send(`content of ${request.params.name}`);
  });
  app.use(port.problemDetails);
  return app;
}

function signatureOf(secret: string, path: string, expires: number): string {
  return createHmac('sha256', secret).update(`${expires} ${path}`).digest('base64url');
}

function signedLink(secret: string): RequestHandler<{ name: string }> {
  return (request, _response, next) => {
    const { expires, signature } = request.query;
    const path = `/files/${encodeURIComponent(request.params.name)}`;
    const wanted = Buffer.from(signatureOf(secret, path, Number(expires)));
    const given = Buffer.from(typeof signature === 'string' ? signature : '');
    const isSigned = wanted.length === given.length && timingSafeEqual(wanted, given);
    if (!isSigned || !(Number(expires) > Date.now() / 1000)) {
      throw createError(403, 'This link is wrong or has expired.');
    }
    next();
  };
}
