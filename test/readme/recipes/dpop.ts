import express, { type Express } from 'express';
import { sallyport, type OptionsWithoutUsers, type ReplayStore } from 'sallyport';

/** A stolen token is of no use to the thief. `replays`: `mongoStores(connection).replays`, or `memoryReplays()` for one process. */
export function createApp(options: OptionsWithoutUsers, replays: ReplayStore): Express {
  const port = sallyport({ ...options, dpop: true, replays });
  const app = express();
  app.get('/notes', port, (request, response) => {
    response.json({ of: request.auth?.subject });
  });
  app.use(port.problemDetails);
  return app;
}
