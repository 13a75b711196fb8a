import express, { type Express } from 'express';
import { sallyport, type OptionsWithoutUsers } from 'sallyport';

/** A page for everybody, with more on it for those who are signed in. Nobody is provisioned: there is no "users". */
export function createApp(options: OptionsWithoutUsers): Express {
  const port = sallyport(options);
  const app = express();
  app.get('/news', port.optional, (request, response) => {
    response.vary('Authorization'); // a shared cache must not mix the two
    response.json({ for: request.auth?.subject ?? 'everybody' });
  });
  // A guard behind port.optional answers guests with 401.
  app.get('/news/:userId', port.optional, port.requireOwner('userId'), (_request, response) => {
    response.json({ news: [] });
  });
  app.use(port.problemDetails);
  return app;
}
