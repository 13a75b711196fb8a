import express, { type Express } from 'express';
import { authOf, sallyport, type OptionsWithoutUsers } from 'sallyport';

export function createApp(options: OptionsWithoutUsers): Express {
  const port = sallyport(options); // { issuer, audience }: the JWKS is found, cached and refreshed; RS256 is the default
  const app = express();
  app.get('/api/news', port.optional, (request, response) => {
    response.json({ for: request.auth?.subject ?? 'everybody' }); // in place of "unless" and "credentialsRequired"
  });
  app.use('/api', port);
  app.get('/api/notes', port.requireScope('notes:read'), (request, response) => {
    response.json({ of: authOf(request).subject }); // claims: authOf(request).payload
  });
  app.use(port.problemDetails); // in place of a handler of UnauthorizedError
  return app;
}
