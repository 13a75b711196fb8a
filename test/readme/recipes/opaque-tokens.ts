import express, { type Express } from 'express';
import {
  authenticate,
  bearer,
  cached,
  problemDetails,
  rateLimit,
  revocable,
  type Credential,
  type Revocations,
  type Verifier,
} from 'sallyport';
import { introspection, type IntrospectionOptions } from 'sallyport/introspection';

/** Tokens that only the authorization server can read. */
export function createApp(server: IntrospectionOptions, revocations: Revocations): Express {
  const verify = revocable(cached(introspection(server)), revocations);
  const verifier: Verifier<Credential> = ({ credential }, signal) => verify(credential, signal);

  const app = express();
  app.use('/api', rateLimit({ by: 'address' }), authenticate({ credentials: [bearer()], verifier }));
  app.get('/api/me', (request, response) => {
    response.json({ of: request.auth?.subject, scopes: request.auth?.scopes });
  });
  app.use(problemDetails());
  return app;
}
