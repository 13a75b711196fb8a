import express, { type Express } from 'express';
import { authOf, sallyport, staticKeys } from 'sallyport';
import { clerk, type ClerkOptions } from 'sallyport/issuers';

export function createApp(options: ClerkOptions, jwtKey?: string): Express {
  const tokens = clerk(options); // issuer: the Frontend API URL; authorizedParties: the origins of your front ends
  const port = sallyport({ ...tokens, ...(jwtKey !== undefined && { keys: staticKeys(jwtKey) }) });
  const app = express();
  app.use('/api', port); // session tokens in the Authorization header only; no secret key is needed
  app.get('/api/notes', (request, response) => {
    const { subject, roles } = authOf(request); // a role of the active organization, without "org:"
    response.json({ of: subject, editor: roles.includes('editor') });
  });
  app.use(port.problemDetails);
  return app;
}
