import express, { type Express } from 'express';
import { authOf, sallyport, type OneIssuer } from 'sallyport';

/** What your issuer puts into each token. The type says it; `refuse` makes sure of it. */
interface Claims {
  readonly tenant: string;
}

export function createApp(options: Pick<OneIssuer, 'issuer' | 'audience' | 'keys'>): Express {
  const port = sallyport({
    ...options,
    refuse: ({ tenant }) => (typeof tenant === 'string' ? undefined : 'The token names no tenant.'), // 401
  });
  const app = express();
  app.use('/api', port);
  app.get('/api/tenant', (request, response) => {
    const { tenant } = authOf<Claims>(request).payload; // a string, without a cast
    response.json({ tenant });
  });
  app.use(port.problemDetails);
  return app;
}
