import express, { type Express, type RequestHandler } from 'express';
import createError from 'http-errors';
import { bearer, sallyport, type Extractor, type OptionsWithoutUsers } from 'sallyport';

const COOKIE = /(?:^|; *)__Host-session=([^;]+)/;

/** The token in a cookie that the browser sends by itself. */
const sessionCookie: Extractor = ({ headers }) => {
  const credential = COOKIE.exec(String(headers?.['cookie'] ?? ''))?.[1];
  return credential === undefined ? undefined : { kind: 'token', credential };
};

/**
 * Against cross-site requests (CSRF): a browser sends the cookie with the requests of any site, and says in
 * Sec-Fetch-Site whose they are. Without that header, as from a browser of before 2023, the request is refused.
 */
const sameSiteOnly: RequestHandler = ({ method, headers }, _response, next) => {
  const withCookie = COOKIE.test(headers.cookie ?? '');
  const safe = method === 'GET' || method === 'HEAD';
  if (withCookie && !safe && headers['sec-fetch-site'] !== 'same-origin') {
    throw createError(403, 'This request comes from another site.');
  }
  next();
};

export function createApp(options: OptionsWithoutUsers): Express {
  const port = sallyport({ ...options, credentials: [bearer(), sessionCookie] }); // both at once: 400
  const app = express();
  app.use(sameSiteOnly, port);
  app.all('/notes', (request, response) => {
    response.json({ of: request.auth?.subject });
  });
  app.use(port.problemDetails);
  return app;
}
