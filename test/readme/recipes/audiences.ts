import express, { type Express } from 'express';
import createError from 'http-errors';
import { authOf, sallyport, type OneIssuer } from 'sallyport';

const WEB = 'https://api.example/web';
const PARTNERS = 'https://api.example/partners';

/** One API for two audiences: a token of either is accepted, and some routes are for one of them. */
export function createApp(options: Pick<OneIssuer, 'issuer' | 'keys'>): Express {
  const port = sallyport({ ...options, audience: [WEB, PARTNERS] });
  const app = express();
  app.use('/api', port);
  app.use('/api/partners', (request, _response, next) => {
    const { aud = [] } = authOf(request).payload; // a string or a list (RFC 7519 section 4.1.3)
    if (![aud].flat().includes(PARTNERS)) throw createError(403, 'This is for partners.');
    next();
  });
  app.get(['/api/notes', '/api/partners/orders'], (_request, response) => {
    response.json({ items: [] });
  });
  app.use(port.problemDetails);
  return app;
}
