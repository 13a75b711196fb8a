import express, { type Express } from 'express';
import { memoryUsers, sallyport, userOf, type OneIssuer } from 'sallyport';

export function createApp(options: OneIssuer): Express {
  const port = sallyport({ ...options, users: memoryUsers() }); // { issuer, audience }; users: any UserStore
  const app = express();
  app.use('/api', port); // gets or creates the user, once per issuer and subject
  app.get('/api/me', (request, response) => {
    response.json({ of: userOf(request).subject }); // req.user stays passport's where passport runs beside
  });
  app.use(port.problemDetails);
  return app;
}
