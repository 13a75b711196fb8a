import express, { type Express } from 'express';
import { claimAt, sallyport, type OneIssuer } from 'sallyport';

/** Roles are read from the claim that your issuer puts them into: here `{ "realm_access": { "roles": ["editor"] } }`. */
export function createApp(options: Pick<OneIssuer, 'issuer' | 'audience' | 'keys'>): Express {
  const port = sallyport({ ...options, roles: claimAt('realm_access', 'roles') });
  const app = express();
  app.use('/api', port);
  app.get('/api/reports', (request, response) => {
    response.json({ roles: request.auth?.roles }); // any caller
  });
  app.delete('/api/reports/:id', port.requireRole('editor', 'admin'), (_request, response) => {
    response.sendStatus(204); // one of the two roles is enough; others get 403 insufficient_role
  });
  app.use(port.problemDetails);
  return app;
}
