import express from 'express';
import { authOf, sallyport, type OptionsWithoutUsers } from 'sallyport';
import serverless, { type Handler } from 'serverless-http';

/** AWS Lambda. Made outside the handler, so that keys and caches live as long as the process does. */
export function createHandler(options: OptionsWithoutUsers): Handler {
  const port = sallyport(options); // a limit counts in this process: give subjectLimit a store that all share
  const app = express();
  app.use('/api', port);
  app.get('/api/notes', (request, response) => {
    response.json({ of: authOf(request).subject });
  });
  app.use(port.problemDetails);
  return serverless(app);
}
