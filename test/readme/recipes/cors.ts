import cors from 'cors';
import express, { type Express } from 'express';
import { sallyport, type OptionsWithoutUsers } from 'sallyport';

/** An API that a page of another origin calls from the browser. */
export function createApp(options: OptionsWithoutUsers): Express {
  const port = sallyport(options);
  const app = express();
  // Before the chain: a preflight has no credentials, and would be 401. Errors need the headers of CORS too.
  app.use(cors({ origin: 'https://app.example', exposedHeaders: ['WWW-Authenticate', 'Retry-After'] }));
  app.use('/api', port);
  app.get('/api/notes', (request, response) => {
    response.json({ of: request.auth?.subject });
  });
  app.use(port.problemDetails);
  return app;
}
