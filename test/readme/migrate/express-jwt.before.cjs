const express = require('express');
const { expressjwt } = require('express-jwt');
const { expressJwtSecret } = require('jwks-rsa');

exports.createApp = ({ issuer, audience, jwksUri }) => {
  const app = express();
  const secret = expressJwtSecret({ jwksUri, cache: true, rateLimit: true });
  app.use(
    '/api',
    expressjwt({ secret, issuer, audience, algorithms: ['RS256'] }).unless({ path: ['/api/news'] }),
  );
  app.get('/api/news', (request, response) => {
    response.json({ for: request.auth?.sub ?? 'everybody' });
  });
  app.get('/api/notes', (request, response) => {
    if (!request.auth.scope?.split(' ').includes('notes:read')) {
      response.sendStatus(403);
      return;
    }
    response.json({ of: request.auth.sub });
  });
  return app;
};
