import express, { type Express } from 'express';
import { authOf, sallyport, type OptionsWithoutUsers } from 'sallyport';
import { whileValid } from './while-valid';

/** Server-sent events that end when the token expires or is revoked. `fetch` can send a token; `EventSource` only cookies. */
export function createApp(options: OptionsWithoutUsers, everyMs?: number): Express {
  const port = sallyport(options);
  const app = express();
  app.get('/events', port, (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(`data: hello ${authOf(request).subject}\n\n`);
    const stop = whileValid(port, request, authOf(request), () => response.end(), everyMs);
    response.on('close', stop);
  });
  app.use(port.problemDetails);
  return app;
}
