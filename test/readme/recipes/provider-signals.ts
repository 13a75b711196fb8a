import express, { type Express } from 'express';
import { sallyport, type KeySource, type ReplayStore, type Revocations } from 'sallyport';
import { backChannelLogout, securityEvents } from 'sallyport/signals';

export interface Provider {
  readonly issuer: string;
  /** `remoteKeys({ issuer })`: one source for all three, so that the keys are read once. */
  readonly keys: KeySource;
}

export interface Stores {
  /** `revocationFeed({ store })`. */
  readonly revocations: Revocations;
  /** Of `mongoStores()`, or `memoryReplays()` for one instance. */
  readonly replays: ReplayStore;
}

/** What the provider tells us of sessions and accounts acts on every request that follows, on every instance. */
export function createApp(provider: Provider, { revocations, replays }: Stores): Express {
  const port = sallyport({ ...provider, audience: 'https://api.example', revocations });
  const sender = { ...provider, revocations, replays };

  const app = express();
  // Before any body parser, and behind no authentication: the token in the body is what proves the sender.
  app.post('/logout/backchannel', backChannelLogout({ ...sender, clientId: 'web' }));
  app.post('/signals/events', securityEvents({ ...sender, audience: 'https://api.example' }));
  app.use('/api', port);
  app.get('/api/me', (request, response) => {
    response.json({ of: request.auth?.subject });
  });
  app.use(port.problemDetails);
  return app;
}
