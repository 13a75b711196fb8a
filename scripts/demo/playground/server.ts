import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { usualPort } from '../../process/usual-port';
import { isRecord, readAsked } from './asked';
import { controls, type Control, type Playing } from './controls';
import { onlyFromLoopback, onlyFromThePage } from './same-origin';

export interface Playground {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const USUAL_PORT = 3080;
/** The page is plain files, which the compiler leaves where they are. */
const PAGE = join(__dirname, '../../../../scripts/demo/playground/page');

/** The page on a port of 127.0.0.1, and what it may do. Never part of the service: only the demo has an issuer to play with. */
export async function startPlayground(playing: Playing, folder = PAGE): Promise<Playground> {
  let port = 0;
  const server = createServer(playgroundApp(playing, folder, () => port));
  const wanted = await usualPort(USUAL_PORT);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  ({ port } = server.address() as AddressInfo);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function playgroundApp(playing: Playing, folder: string, port: () => number): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(onlyFromLoopback(port), strictHeaders);
  app.use('/do', onlyFromThePage, express.json({ limit: '512kb', strict: true }));
  app.post(
    '/do/exchange',
    answering((given) => exchangeFor(playing, given)),
  );
  for (const [name, control] of Object.entries(controls(playing)))
    app.post(`/do/${name}`, answering(control));
  app.use(express.static(folder, { cacheControl: false }), lost, failed);
  return app;
}

/** Nothing from elsewhere, nothing inline, and nobody may frame it. */
const POLICY = [
  "default-src 'none'",
  ...['script-src', 'style-src', 'img-src', 'connect-src'].map((kind) => `${kind} 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((kind) => `${kind} 'none'`),
].join('; ');

const strictHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': POLICY,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
  next();
};

async function exchangeFor({ exchange }: Playing, given: unknown): Promise<object | undefined> {
  const asked = readAsked(given);
  return asked && exchange(asked);
}

function answering(control: Control): RequestHandler {
  return async function answer(request, response) {
    const given: unknown = request.body;
    const result = isRecord(given) ? await control(given) : undefined;
    if (result === undefined)
      response.status(400).json({ error: 'The page sent what is not understood here.' });
    else response.json(result);
  };
}

const lost: RequestHandler = (_request, response) => {
  response.status(404).json({ error: 'There is no such page.' });
};

/** Said whole: whoever runs the demo is the one who reads it. */
const failed: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const status = isRecord(error) && typeof error['status'] === 'number' ? error['status'] : 500;
  response.status(status).json({ error: error instanceof Error ? error.message : String(error) });
};
