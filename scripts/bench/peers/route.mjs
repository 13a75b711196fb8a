import express from 'express';

/** The route that every contender serves: `before` is mounted on /api, `guards` on the route, `after` at the end. */
export function appWith(before = [], guards = [], after = []) {
  const app = express();
  if (before.length > 0) app.use('/api', ...before);
  app.get('/api/items/:userId', ...guards, (request, response) => {
    response.json({ userId: request.params.userId, items: [] });
  });
  if (after.length > 0) app.use(...after);
  return app;
}

export function bearerOf(request) {
  const value = request.headers.authorization ?? '';
  return value.startsWith('Bearer ') ? value.slice(7) : '';
}

/** A handler around a function that gives the claims of a good token, or a promise of them. */
export function verifying(verify) {
  return async function verifyRequest(request, response, next) {
    try {
      request.auth = await verify(bearerOf(request));
    } catch {
      response.status(401).end();
      return;
    }
    next();
  };
}
