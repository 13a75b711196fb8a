import express, { type ErrorRequestHandler, type Express } from 'express';
import { sallyport, SallyportError, type OptionsWithoutUsers } from 'sallyport';

/** Errors in a shape of your own. Events are told of each refusal all the same. */
const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent || !(error instanceof SallyportError)) {
    next(error); // Express answers 500, and writes it to stderr
    return;
  }
  const { status, code, detail, headers } = error; // headers: the challenge, Retry-After
  response.status(status).set(headers).set('Cache-Control', 'no-store').json({ ok: false, code, detail });
};

export function createApp(options: OptionsWithoutUsers): Express {
  const app = express();
  app.use(sallyport(options));
  app.get('/notes', (_request, response) => {
    response.json({ ok: true });
  });
  app.use(answerErrors);
  return app;
}
