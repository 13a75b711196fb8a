import express, { type Express } from 'express';
import { authOf, sallyport, type OptionsWithoutUsers } from 'sallyport';

export function createApp(options: OptionsWithoutUsers): Express {
  const port = sallyport(options); // { issuer, audience }: no environment variables are read
  const app = express();
  app.use('/api', port);
  app.get('/api/notes', port.requireScope('notes:read'), (request, response) => {
    response.json({ of: authOf(request).subject }); // request.auth.payload.sub is there too
  });
  app.use(port.problemDetails); // errors are JSON (RFC 9457), not an HTML page
  return app;
}
