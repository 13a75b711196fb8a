import { mkdirSync } from 'node:fs';
import express from 'express';
import { open } from 'lmdb';

/** What the service's routes would cost without the service: the same bytes, and one durable put. */
export const contenders = { bare: { title: 'bare Express 5', build: bare } };

function bare({ body, folder }) {
  mkdirSync(folder, { recursive: true });
  const store = open({ path: folder, noSubdir: false, encoding: 'string' });
  const { moduleId, data } = JSON.parse(body);
  const now = new Date().toISOString();
  const text = JSON.stringify({ userId: 'user', moduleId, data, version: 1, createdAt: now, updatedAt: now });
  const app = express();
  app.get('/api/user_modules/user/:userId/:moduleId', (_request, response) => {
    response.type('application/json').send(text);
  });
  app.post('/api/user_modules/save', express.json(), async (request, response) => {
    await store.put(
      [request.headers.authorization.slice(-20), request.body.moduleId],
      JSON.stringify(request.body.data),
    );
    response.type('application/json').send(text);
  });
  return app;
}
