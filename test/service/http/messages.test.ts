import { once } from 'node:events';
import { IncomingMessage, ServerResponse, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Request, type Response } from 'express';
import { authenticate } from 'sallyport';
import { messagesOf } from '../../../service/http/messages';
import { createHttpServer } from '../../../service/http/server';
import { cleanUp, later } from '../../support/clean-up';
import { affected, isFast, shareHiddenClass } from '../../support/hidden-classes';

afterAll(cleanUp);

async function serving(app: Express, messages = messagesOf(app), listener: RequestListener = app) {
  const server = createHttpServer({ app: listener, messages, onUnreadable: jest.fn(), onCut: jest.fn() });
  server.listen(0, '127.0.0.1');
  later(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers two requests at once, and tells whether they, and their responses, share a hidden class by then. */
async function shared(messagesFor: typeof messagesOf): Promise<boolean[]> {
  const app = express();
  const held: { request: Request; response: Response }[] = [];
  const both = new Promise<void>((resolve) => {
    app.use((request, response) => {
      Object.assign(request, { auth: {} });
      if (held.push({ request, response }) === 2) resolve();
    });
  });
  const url = await serving(app, messagesFor(app));
  const answers = [fetch(url), fetch(url)];
  await both;
  const [one, other] = held;
  const outcome = [
    shareHiddenClass(one!.request, other!.request),
    shareHiddenClass(one!.response, other!.response),
  ];
  for (const { response } of held) response.end();
  await Promise.all(answers);
  return outcome;
}

it('makes requests that have the prototypes of the app before Express sees them', async () => {
  const app = express().get('/', (request, response) => {
    response.json([request instanceof IncomingMessage, response instanceof ServerResponse, request.ip]);
  });
  const prototypes: unknown[] = [];
  const url = await serving(app, messagesOf(app), (request, response) => {
    prototypes.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
    app(request as Request, response as Response);
  });
  expect(await (await fetch(url)).json()).toEqual([true, true, '127.0.0.1']);
  expect(prototypes).toEqual([app.request, app.response]);
});

it('makes requests and responses that share a hidden class under Express', async () => {
  expect(await shared(messagesOf)).toEqual([true, true]);
});

it('is needed, up to Node 22', async () => {
  expect(await shared(() => ({}))).toEqual([!affected, !affected]);
});

it('makes requests that the library leaves as they are', async () => {
  const modes: boolean[] = [];
  const app = express().use(
    (request, response, next) => {
      response.once('finish', () => modes.push(isFast(request), isFast(response)));
      next();
    },
    authenticate({ verifier: () => Promise.reject(new Error('not called')) }),
  );
  await (await fetch(await serving(app))).text();
  expect(modes).toEqual([true, true]);
});

it('makes requests and responses that say what they are', async () => {
  const app = express().use((request, response) => {
    response.json([request.constructor.name, response.constructor.name]);
  });
  const answer = await fetch(await serving(app));
  expect(await answer.json()).toEqual(['IncomingMessage', 'ServerResponse']);
});
