import express, { type Express } from 'express';
import type { Connection } from 'mongoose';
import { apiKeys, authOf, revocationFeed, sallyport, userOf } from 'sallyport';
import { clerkClaims, clerkWebhook } from 'sallyport/clerk';
import { mongoStores } from 'sallyport/mongo';

export async function createApp(connection: Connection, issuer: string, secret: string): Promise<Express> {
  const stores = mongoStores(connection); // your mongoose connection; collections named sallyport_...
  await stores.ensureIndexes();
  const revocations = revocationFeed({ store: stores.revocations }); // in memory, following the store
  const port = sallyport({
    issuer,
    ...clerkClaims({ authorizedParties: ['https://app.example'] }), // azp, since there is no audience
    users: stores.users,
    apiKeys: stores.apiKeys, // X-API-Key beside Authorization: Bearer
    revocations,
    subjectLimit: { perMinute: 120, store: stores.rateLimits('subject') }, // one count for all instances
  });
  await port.ready(); // keys and revocations are read
  const { users } = port;

  const app = express();
  const erase = async (identity: { issuer: string; subject: string }) => {
    await users.bury(identity, Date.now());
    await revocations.revoke([{ by: 'subject', issuer, value: identity.subject }]);
  };
  const { replays } = stores;
  app.post('/webhooks/clerk', clerkWebhook({ secret, issuer, users, revocations, replays, erase }));

  app.use('/api', port);
  const keys = apiKeys({ store: stores.apiKeys, scopes: ['notes:read'], revocations });
  app.post('/api/keys', port.requireToken(), async (request, response) => {
    const issued = await keys.issue(userOf(request), { name: 'backup' }, authOf(request).scopes);
    response.status(201).json(issued); // the only time the key is shown
  });
  app.get('/api/notes', port.requireKeyScope('notes:read'), (request, response) => {
    response.json({ of: userOf(request).id, notes: [] });
  });
  app.use(port.problemDetails);
  return app;
}
