import express, { type Express } from 'express';
import { sallyport, type OptionsWithoutUsers } from 'sallyport';

/** Who closes the account must have signed in within the last five minutes, with a passkey or the like. */
export function createApp(options: OptionsWithoutUsers): Express {
  const port = sallyport(options);
  const app = express();
  app.use('/account', port);
  app.get('/account', (request, response) => {
    response.json({ of: request.auth?.subject });
  });
  app.delete(
    '/account',
    port.requireFresh({ maxAgeSeconds: 300, acr: ['phr', 'phrh'] }),
    (_request, response) => {
      response.sendStatus(204);
    },
  );
  app.use(port.problemDetails);
  return app;
}
